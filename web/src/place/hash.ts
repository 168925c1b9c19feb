/**
 * The address's hash holds the view of every panel side by side, so that changing tabs loses nothing:
 *
 *     #set=9f2c&color=source&charts.smooth=0.6&logs.find=loss
 *
 * A key with a dot belongs to the panel before the dot; keys without one are the projector's (owner '').
 * A panel reads and writes only its own part, as text (`a=1&b=2`, keys without the owner).
 */

/** A panel's name in keys; '' is the Embedding Projector. */
export type HashOwner = '' | 'runs' | 'charts' | 'media' | 'tables' | 'logs' | 'overview';

/** What one panel has in a hash: `key=value&key=value`, its name and the dot taken off. */
export function hashPart(hash: string, owner: HashOwner): string {
  return pairs(hash)
    .filter((pair) => ownerOf(pair) === owner)
    .map((pair) => (owner === '' ? pair : pair.slice(owner.length + 1)))
    .join('&');
}

/** The hash with one panel's part replaced; the other parts stay as they are. No leading `#`. */
export function withHashPart(hash: string, owner: HashOwner, part: string): string {
  const others = pairs(hash).filter((pair) => ownerOf(pair) !== owner);
  const own = pairs(part).map((pair) => (owner === '' ? pair : `${owner}.${pair}`));
  return (owner === '' ? [...own, ...others] : [...others, ...own]).join('&');
}

/** Plain fields of a part; for panels whose view is a few words and numbers. */
export function fieldsOf(part: string): Map<string, string> {
  return new Map(
    pairs(part).map((pair) => {
      const equals = pair.indexOf('=');
      const key = equals < 0 ? pair : pair.slice(0, equals);
      return [unescaped(key), equals < 0 ? '' : unescaped(pair.slice(equals + 1))];
    }),
  );
}

/** A part made of fields; those that are null or undefined are left out. */
export function partOfFields(
  fields: Readonly<Record<string, string | number | null | undefined>>,
): string {
  return Object.entries(fields)
    .filter(
      (entry): entry is [string, string | number] => entry[1] !== null && entry[1] !== undefined,
    )
    .map(([key, value]) => `${escaped(key).replaceAll('.', '%2E')}=${escaped(String(value))}`)
    .join('&');
}

function pairs(hash: string): string[] {
  return hash
    .replace(/^#/, '')
    .split('&')
    .filter((pair) => pair !== '');
}

function ownerOf(pair: string): string {
  const key = pair.split('=', 1)[0] ?? '';
  const dot = key.indexOf('.');
  return dot < 0 ? '' : key.slice(0, dot);
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%20', '+')
    .replaceAll('%2C', ',')
    .replaceAll('%2F', '/')
    .replaceAll('%3A', ':');
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
