/**
 * What terminals are told (ECMA-48 control sequences) as styled pieces of text. Colours and weights become
 * names of classes; everything else that isn't text is left out.
 */

export interface Piece {
  readonly text: string;
  /** `red bold`; '' for plain. */
  readonly style: string;
}

// Control sequences, operating-system commands, other escapes, and control characters but tab.
const CONTROL =
  // eslint-disable-next-line no-control-regex
  /\u001b\[([0-9;:<=>?]*)[ -/]*([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]?|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

const COLORS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

interface Pen {
  color: string;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
}

const plainPen = (): Pen => ({
  color: '',
  bold: false,
  dim: false,
  italic: false,
  underline: false,
});

/** The pieces of one line. */
export function piecesOf(line: string): Piece[] {
  if (!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(line)) return [{ text: line, style: '' }]; // eslint-disable-line no-control-regex
  const pieces: Piece[] = [];
  const pen = plainPen();
  let from = 0;
  const push = (to: number): void => {
    if (to > from) pieces.push({ text: line.slice(from, to), style: styleOf(pen) });
  };
  for (const match of line.matchAll(CONTROL)) {
    push(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') applySgr(pen, match[1] ?? '');
  }
  push(line.length);
  return pieces;
}

/** The line without anything but its text: for search and copying. */
export function plainText(line: string): string {
  return line.replace(CONTROL, '');
}

function styleOf(pen: Pen): string {
  const names = [pen.color];
  if (pen.bold) names.push('bold');
  if (pen.dim) names.push('dim');
  if (pen.italic) names.push('italic');
  if (pen.underline) names.push('underline');
  return names.filter((name) => name !== '').join(' ');
}

function applySgr(pen: Pen, parameters: string): void {
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 0) Object.assign(pen, plainPen());
    else if (code === 1) pen.bold = true;
    else if (code === 2) pen.dim = true;
    else if (code === 3) pen.italic = true;
    else if (code === 4) pen.underline = true;
    else if (code === 22) pen.bold = pen.dim = false;
    else if (code === 23) pen.italic = false;
    else if (code === 24) pen.underline = false;
    else if (code === 39) pen.color = '';
    else if (code >= 30 && code <= 37) pen.color = COLORS[code - 30] ?? '';
    else if (code >= 90 && code <= 97) pen.color = COLORS[code - 90] ?? '';
    else if (code === 38 || code === 48) index += skipped(pen, codes, index);
  }
}

/** 38;5;n and 38;2;r;g;b: the first 16 of the table have names, the rest is shown as plain text. */
function skipped(pen: Pen, codes: readonly number[], index: number): number {
  const kind = codes[index + 1];
  if (kind === 5) {
    const color = codes[index + 2] ?? 0;
    if (codes[index] === 38) pen.color = color < 16 ? (COLORS[color % 8] ?? '') : '';
    return 2;
  }
  return kind === 2 ? 4 : 0;
}
