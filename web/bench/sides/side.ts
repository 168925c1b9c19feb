/** What every library under test has to do. What one can't is left out and stays an empty cell. */
import type { Synthetic } from '../synthetic';

export interface Side {
  /** First picture: everything from arrays in memory to the call that draws. */
  show(): void | Promise<void>;
  /** Turn the camera by so much (a flat library pans) and draw. */
  turn(step: number): void;
  recolor?(): void | Promise<void>;
  /** Half the points leave the picture. */
  filter?(): void | Promise<void>;
  /** All points get new positions, prepared before. */
  move?(): void | Promise<void>;
  /** The point at a place. */
  pick?(x: number, y: number): unknown;
  /** Whether all points are drawn. */
  complete(): boolean;
  /** Wait until the GPU has done what it was told. */
  finish(): void;
}

export interface Data {
  readonly count: number;
  readonly now: Synthetic;
  readonly next: Synthetic;
  /** Diameter of a disc in CSS pixels. */
  readonly size: number;
}

export type MakeSide = (container: HTMLElement, data: Data) => Side;

/** Reading a pixel can't return before all is drawn. */
export function finisher(canvas: () => HTMLCanvasElement): () => void {
  const pixel = new Uint8Array(4);
  return () => {
    const shown = canvas();
    const gl = (shown.getContext('webgl2') ?? shown.getContext('webgl')) as WebGLRenderingContext;
    if (gl === null) {
      shown.getContext('2d')?.getImageData(0, 0, 1, 1); // it copies its picture there
      return;
    }
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  };
}

/** Colours as floats 0..1, `width` to a point: what peers want. */
export function floatColors(
  data: Data,
  palette: Uint8Array,
  width: 3 | 4,
  shift = 0,
): Float32Array {
  const colors = new Float32Array(width * data.count);
  for (let point = 0; point < data.count; point++) {
    const at = 4 * (((data.now.colors[point] ?? 0) + shift) % 10);
    for (let c = 0; c < width; c++) colors[width * point + c] = (palette[at + c] ?? 0) / 255;
  }
  return colors;
}
