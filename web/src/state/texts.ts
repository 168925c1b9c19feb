/**
 * Many texts in two buffers, as Arrow keeps them: a million texts pass between threads without a
 * million strings being made, and each is decoded when it is looked at.
 */

const DECODER = new TextDecoder();
const ENCODER = new TextEncoder();

export interface TextBuffers {
  /** Where each text starts; one more entry than texts. */
  readonly offsets: Int32Array;
  /** UTF-8 of all texts, one after the other. */
  readonly bytes: Uint8Array;
}

export class Texts {
  readonly length: number;

  constructor(readonly buffers: TextBuffers) {
    this.length = Math.max(0, buffers.offsets.length - 1);
  }

  /** From ordinary strings: for tests and short lists. */
  static of(values: readonly string[]): Texts {
    const parts = values.map((value) => ENCODER.encode(value));
    const offsets = new Int32Array(values.length + 1);
    let total = 0;
    parts.forEach((part, index) => {
      total += part.length;
      offsets[index + 1] = total;
    });
    const bytes = new Uint8Array(total);
    parts.forEach((part, index) => {
      bytes.set(part, offsets[index]);
    });
    return new Texts({ offsets, bytes });
  }

  /** The text at a place; `''` outside. */
  at(index: number): string {
    const { offsets, bytes } = this.buffers;
    if (index < 0 || index >= this.length) return '';
    return DECODER.decode(bytes.subarray(offsets[index], offsets[index + 1]));
  }

  /** The place of a text, or -1. Compares bytes: 1,000,000 texts take a few milliseconds. */
  indexOf(text: string): number {
    const wanted = ENCODER.encode(text);
    const { offsets, bytes } = this.buffers;
    for (let index = 0; index < this.length; index++) {
      const start = offsets[index] ?? 0;
      if ((offsets[index + 1] ?? 0) - start !== wanted.length) continue;
      let same = 0;
      while (same < wanted.length && bytes[start + same] === wanted[same]) same++;
      if (same === wanted.length) return index;
    }
    return -1;
  }

  /** The places of the texts that contain `query`, whatever the case; all of them for `''`. */
  containing(query: string): Uint32Array {
    const wanted = query.toLowerCase();
    const found = new Uint32Array(this.length);
    let total = 0;
    for (let index = 0; index < this.length; index++) {
      if (wanted === '' || this.at(index).toLowerCase().includes(wanted)) found[total++] = index;
    }
    return found.slice(0, total);
  }
}
