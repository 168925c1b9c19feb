/**
 * The pass that puts the kept picture on the canvas and, in 3-D, shades it by eye-dome lighting: a pixel is
 * darkened by how much its neighbours stand before it, so that near discs stand out from far ones. It works on
 * the picture's depth alone and leaves pixels without a point as they are.
 *
 * References
 * ----------
 * C. Boucheny, "Visualisation scientifique de grands volumes de données: pour une approche perceptive",
 * thesis, Université Joseph Fourier, 2009, chapter 4. Departs from it: depth is compared in units of the
 * picture's half height rather than as a logarithm, each neighbour's share is bounded (what is far behind
 * would get black outlines otherwise), and there is one ring of four neighbours.
 */
import type { PixelBox } from '../math/project';
import { programOf, type Program } from './context';
import type { KeptPicture } from './kept';
import type { View } from './types';

const VERTEX = `#version 300 es
void main() {
  // One triangle over the whole picture.
  gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D colors;
uniform highp sampler2D depths;
uniform bool lit;
uniform vec3 lens;      // what turns depth into distance: see distanceOf
uniform int reach;      // pixels to a neighbour
uniform ivec2 last;     // the picture's last pixel
out vec4 shown;

const float GAIN = 5.0;
const float STRENGTH = 0.25;

// Lit points have depths below 0.5; distance beyond the target, in half heights of the picture.
float distanceOf(float depth) {
  float z = depth * 4.0 - 1.0;
  return (lens.y - z) / (lens.z * z - lens.x);
}

float hiddenBy(ivec2 pixel, float here) {
  float depth = texelFetch(depths, clamp(pixel, ivec2(0), last), 0).r;
  return depth < 0.5 ? clamp((here - distanceOf(depth)) * GAIN, 0.0, 1.0) : 0.0;
}

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  float depth = texelFetch(depths, pixel, 0).r;
  if (depth == 1.0) discard;
  shown = texelFetch(colors, pixel, 0);
  if (!lit || depth >= 0.5) return;
  float here = distanceOf(depth);
  float hidden = hiddenBy(pixel + ivec2(reach, 0), here) + hiddenBy(pixel - ivec2(reach, 0), here) +
    hiddenBy(pixel + ivec2(0, reach), here) + hiddenBy(pixel - ivec2(0, reach), here);
  shown.rgb *= exp(-STRENGTH * hidden);
}`;

export class ShadePass {
  private readonly program: Program;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.program = programOf(gl, VERTEX, FRAGMENT);
  }

  /** Draw the kept picture into the bound frame, within a box outside of which it has no points. */
  draw(kept: KeptPicture, view: View, lit: boolean, box: PixelBox): void {
    const { gl, program } = this;
    gl.useProgram(program.handle);
    kept.bindTextures();
    gl.uniform1i(program.at('colors'), 0);
    gl.uniform1i(program.at('depths'), 1);
    gl.uniform1i(program.at('lit'), lit ? 1 : 0);
    gl.uniform3f(program.at('lens'), ...lensOf(view));
    gl.uniform1i(program.at('reach'), Math.max(1, Math.round(view.pixelRatio)));
    gl.uniform2i(program.at('last'), view.width - 1, view.height - 1);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(box.left, box.bottom, box.width, box.height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.disable(gl.SCISSOR_TEST);
  }

  release(): void {
    this.gl.deleteProgram(this.program.handle);
  }
}

/** z = (a d + b) / (1 + k d), d being the distance beyond the target in half heights: a, b and k. */
export function lensOf({ near, far, span, matrix }: View): [number, number, number] {
  const k = Math.hypot(matrix[3] ?? 0, matrix[7] ?? 0, matrix[11] ?? 0);
  const a = (2 + k * (far + near)) / (far - near);
  return [a * span, 1 + k * far - a * far, k * span];
}
