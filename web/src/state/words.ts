/** Numbers, dates and durations in words a person reads. English everywhere, like the rest. */

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const DAY = 86_400_000;

/** `8,000`. */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** `1 point`, `8,000 points`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** Four significant digits, thousands separated, no trailing zeros: `0.0123`, `1,234`, `6.1e-9`. */
export function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'infinity' : '-infinity';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e12) return WHOLE.format(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2).replace(/\.?0+e/, 'e');
  if (size >= 1000) return WHOLE.format(value);
  return String(Number(value.toPrecision(4)));
}

/** A date for a label: the day alone where the span is long, with the time where it is short. */
export function date(milliseconds: number, span = Infinity): string {
  const moment = new Date(milliseconds);
  if (Number.isNaN(moment.getTime())) return 'not a date';
  const text = moment.toISOString();
  if (span > 14 * DAY && milliseconds % DAY === 0) return text.slice(0, 10);
  if (span > 60 * DAY && Number.isFinite(span)) return text.slice(0, 10);
  const time = milliseconds % 60_000 === 0 ? text.slice(11, 16) : text.slice(11, 19);
  return `${text.slice(0, 10)} ${time}`;
}

/** `31.2 %`; a hundredth is the finest that is said. */
export function percent(fraction: number): string {
  const value = fraction * 100;
  const digits = value >= 99.95 || value < 0.005 ? 0 : value < 1 ? 2 : 1;
  return `${value.toFixed(digits)} %`;
}

/** `0.4 s`, `12 s`, `2 min 10 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '';
  if (seconds < 0.95) return `${Math.max(0.1, Math.round(seconds * 10) / 10).toString()} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole.toString()} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) {
    const rest = whole % 60;
    return rest === 0
      ? `${minutes.toString()} min`
      : `${minutes.toString()} min ${rest.toString()} s`;
  }
  const rest = minutes % 60;
  const hours = Math.floor(minutes / 60).toString();
  return rest === 0 ? `${hours} h` : `${hours} h ${rest.toString()} min`;
}

const LETTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A text cut to at most `length` letters, at a word's end where one is near, with an ellipsis. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const letters: string[] = [];
  for (const { segment } of LETTERS.segment(text)) {
    letters.push(segment);
    if (letters.length > length) break; // the rest of a 100 kB text is never looked at
  }
  if (letters.length <= length) return text;
  const cut = letters.slice(0, length - 1).join('');
  const space = cut.lastIndexOf(' ');
  return `${space > cut.length * 0.7 ? cut.slice(0, space) : cut}…`;
}
