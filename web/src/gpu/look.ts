/** What all passes are told: the view, the style, and how far a glide has come. */
import { LARGEST_DISC } from '../math/project';
import type { Program } from './context';
import type { PointStyle, View } from './types';

/** How a picture is drawn, beside the points themselves. */
export interface Look {
  readonly view: View;
  readonly style: PointStyle;
  readonly blend: number;
  readonly oldBox: readonly [number, number, number, number];
  /** The largest point the implementation can draw. */
  readonly limit: number;
}

/** The uniforms of PLACES_GLSL. */
export function setPlaces(gl: WebGL2RenderingContext, program: Program, look: Look): void {
  const { view, style } = look;
  gl.uniformMatrix4fv(program.at('matrix'), false, view.matrix);
  gl.uniform1f(program.at('blend'), look.blend);
  gl.uniform4f(program.at('oldBox'), ...look.oldBox);
  gl.uniform1f(program.at('size'), style.size * view.magnification * view.pixelRatio);
  gl.uniform1f(program.at('largest'), Math.min(LARGEST_DISC * view.pixelRatio, look.limit - 1));
}

/** Whether two views give the same picture. */
export function sameView(a: View, b: View): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.pixelRatio === b.pixelRatio &&
    a.dimensions === b.dimensions &&
    a.magnification === b.magnification &&
    a.matrix.every((value, index) => value === b.matrix[index])
  );
}

export function sameStyle(a: PointStyle, b: PointStyle): boolean {
  return (
    a.size === b.size &&
    a.opacity === b.opacity &&
    a.filtered === b.filtered &&
    a.depthCue === b.depthCue &&
    a.floor === b.floor &&
    a.background.every((value, channel) => value === b.background[channel])
  );
}
