/**
 * The pass that draws points: discs with smooth edges, in any stretch of the draw order.
 *
 * Depth 0 to 0.5 is for lit points and 0.5 to 1 for dimmed ones, so that no dimmed point hides a lit one,
 * whichever is drawn first. In 2-D each kind lies in one plane and later points cover earlier ones.
 */
import { programOf, type Program } from './context';
import { setPlaces, type Look } from './look';
import { NOWHERE_GLSL, PLACES_GLSL } from './places';
import { PALETTE_GLSL } from './palette';
import type { Stretch } from './stretches';

/** What is left of a dimmed point's colour; the rest is background. */
export const DIMMED = 0.25;

const VERTEX = `#version 300 es
precision highp float;
${PLACES_GLSL}
${PALETTE_GLSL}
uniform bool hide;
uniform bool dimmedOnly;
uniform bool flat2d;
uniform vec3 background;
uniform float opacity;
uniform float haze;
flat out vec4 paint;
flat out float diameter;

void main() {
  bool dimmed = (flags & 1u) != 0u;
  vec4 clip = clipPlace();
  bool before = !flat2d && clip.z < -clip.w; // nearer than depth begins
  bool skipped = dimmed ? hide : dimmedOnly;
  if (place.w == 0.0 || skipped || before || clip.w <= 0.0) { ${NOWHERE_GLSL} return; }
  diameter = max(discDiameter(clip.w), 1.0);
  float depth = flat2d ? 0.0 : clip.z;
  gl_Position = vec4(clip.xy, 0.5 * depth + (dimmed ? 0.5 : -0.5) * clip.w, clip.w);
  gl_PointSize = diameter + 1.0;
  paint = paletteColor(color);
  paint.a *= opacity;
  float away = haze * (1.0 - exp(-3.0 * max(clip.w - 1.0, 0.0)));
  float kept = dimmed ? ${DIMMED} : 1.0 - away;
  paint.rgb = mix(background, paint.rgb, kept);
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
flat in vec4 paint;
flat in highp float diameter;
out vec4 shown;

void main() {
  highp vec2 away = (gl_PointCoord - 0.5) * (diameter + 1.0);
  float cover = clamp(0.5 * diameter + 0.5 - length(away), 0.0, 1.0);
  if (cover < 0.25) discard;
  shown = vec4(paint.rgb, paint.a * cover);
}`;

/** How far, at most, distant points fade into the background. */
const HAZE = 0.5;

export class PointsPass {
  private readonly program: Program;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.program = programOf(gl, VERTEX, FRAGMENT);
  }

  /** Draw stretches of the bound vertex array into the bound frame. */
  draw(look: Look, stretches: readonly Stretch[]): void {
    const { gl, program } = this;
    const { style } = look;
    gl.useProgram(program.handle);
    setPlaces(gl, program, look);
    gl.uniform1i(program.at('palette'), 0);
    gl.uniform1i(program.at('hide'), style.filtered === 'hide' ? 1 : 0);
    gl.uniform1i(program.at('flat2d'), look.view.dimensions === 2 ? 1 : 0);
    gl.uniform3f(program.at('background'), ...style.background);
    gl.uniform1f(program.at('opacity'), style.opacity);
    gl.uniform1f(program.at('haze'), style.depthCue ? HAZE : 0);
    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.depthMask(true);
    gl.enable(gl.BLEND);
    gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    for (const { from, first, count, dimmedOnly } of stretches) {
      gl.uniform1i(program.at('dimmedOnly'), dimmedOnly ? 1 : 0);
      if (from === 'all') gl.drawArrays(gl.POINTS, first, count);
      else gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, 4 * first);
    }
    gl.disable(gl.BLEND);
    gl.disable(gl.DEPTH_TEST);
  }

  release(): void {
    this.gl.deleteProgram(this.program.handle);
  }
}
