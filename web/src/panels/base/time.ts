/** Moments in words: short for a list, whole for who hovers. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WHOLE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });
const SHORT = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const WITH_YEAR = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});

/** `just now`, `5 min ago`, `3 h ago`, `2 days ago`, `4 Mar`, `4 Mar 2024`. Seconds since 1970. */
export function ago(moment: number, now: number): string {
  const past = now - moment;
  if (past < -MINUTE) return WITH_YEAR.format(new Date(moment * 1000));
  if (past < 45) return 'just now';
  if (past < 90) return '1 min ago';
  if (past < HOUR) return `${Math.round(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.round(past / HOUR)} h ago`;
  if (past < 14 * DAY) {
    const days = Math.round(past / DAY);
    return days === 1 ? 'yesterday' : `${days} days ago`;
  }
  const date = new Date(moment * 1000);
  return past < 300 * DAY ? SHORT.format(date) : WITH_YEAR.format(date);
}

/** Day, date, time and zone, as the reader's clock has it. */
export function absolute(moment: number): string {
  const date = new Date(moment * 1000);
  return Number.isNaN(date.getTime()) ? 'an unknown time' : WHOLE.format(date);
}

/** `Mon 4 Mar, 14:05:09`: for places with room for one line. */
export function stamp(moment: number): string {
  const date = new Date(moment * 1000);
  if (Number.isNaN(date.getTime())) return 'an unknown time';
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(date);
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `312 B`, `4.1 kB`, `18 MB`; a kB is 1,000 bytes. */
export function bytes(size: number): string {
  let value = size;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const text = unit === 0 || value >= 9.95 ? value.toFixed(0) : value.toFixed(1);
  return `${text} ${UNITS[unit] ?? ''}`;
}
