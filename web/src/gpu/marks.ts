/**
 * The pass that marks points, over everything else: a thin ring round selected ones, the whole disc again and
 * a larger ring for highlighted ones. It reads a small buffer of its own.
 */
import { LARGEST_DISC } from '../math/project';
import { programOf, type Program } from './context';
import { setPlaces, type Look } from './look';
import { PALETTE_GLSL } from './palette';
import { ATTRIBUTE, NOWHERE_GLSL, PLACES_GLSL } from './places';
import { FLAG } from './types';

const VERTEX = `#version 300 es
precision highp float;
${PLACES_GLSL}
${PALETTE_GLSL}
uniform float unit;      // device pixels per CSS pixel
flat out vec4 paint;
flat out float radius;   // of the disc
flat out vec2 ring;      // inner and outer radius
flat out float extent;

void main() {
  vec4 clip = clipPlace();
  if (place.w == 0.0 || clip.w <= 0.0) { ${NOWHERE_GLSL} return; }
  bool high = (flags & 4u) != 0u;
  radius = 0.5 * discDiameter(clip.w);
  float gap = high ? 1.5 * unit : 0.5 * unit;
  if (high) radius = max(radius * 1.15, 3.0 * unit);
  ring = vec2(radius + gap, radius + gap + (high ? 2.0 : 1.25) * unit);
  extent = 2.0 * (ring.y + unit) + 1.0;
  paint = paletteColor(color);
  if (!high) paint.a = 0.0;
  gl_Position = vec4(clip.xy, 0.0, clip.w);
  gl_PointSize = extent;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 ink;
uniform vec3 background;
uniform float unit;
flat in vec4 paint;
flat in float radius;
flat in vec2 ring;
flat in float extent;
out vec4 shown;

float inside(float edge, float away) { return clamp(edge + 0.5 - away, 0.0, 1.0); }

void main() {
  float away = length((gl_PointCoord - 0.5) * extent);
  float disc = paint.a > 0.0 ? inside(radius, away) : 0.0;
  float line = inside(ring.y, away) * (1.0 - inside(ring.x, away));
  // A rim of background keeps the ring legible on points of any colour.
  float rim = inside(ring.y + unit, away) * (paint.a > 0.0 ? 1.0 : 1.0 - inside(radius, away));
  float cover = max(max(disc, line), rim * 0.75);
  if (cover <= 0.0) discard;
  vec3 tone = mix(background, paint.rgb, disc);
  shown = vec4(mix(tone, ink, line), cover);
}`;

const STRIDE = 20;

/** Beyond so many, rings are only noise: the first in draw order stand for all. */
export const MOST_RINGS = 20_000;

export interface Marked {
  readonly places: Uint16Array;
  readonly from: Uint16Array;
  readonly colors: Uint16Array | null;
  /** Points with a thin ring, then those with a large one. */
  readonly selected: ArrayLike<number>;
  readonly highlighted: ArrayLike<number>;
}

export class MarksPass {
  private readonly program: Program;
  private readonly buffer: WebGLBuffer;
  private readonly array: WebGLVertexArrayObject;
  private count = 0;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.program = programOf(gl, VERTEX, FRAGMENT);
    this.buffer = gl.createBuffer();
    this.array = gl.createVertexArray();
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    gl.vertexAttribPointer(ATTRIBUTE.place, 4, gl.UNSIGNED_SHORT, true, STRIDE, 0);
    gl.vertexAttribPointer(ATTRIBUTE.from, 4, gl.UNSIGNED_SHORT, true, STRIDE, 8);
    gl.vertexAttribIPointer(ATTRIBUTE.color, 1, gl.UNSIGNED_SHORT, STRIDE, 16);
    gl.vertexAttribIPointer(ATTRIBUTE.flags, 1, gl.UNSIGNED_SHORT, STRIDE, 18);
    for (const attribute of Object.values(ATTRIBUTE)) gl.enableVertexAttribArray(attribute);
    gl.bindVertexArray(null);
  }

  upload(marked: Marked): void {
    const { gl } = this;
    const words = packMarks(marked);
    this.count = (2 * words.length) / STRIDE;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, words, gl.DYNAMIC_DRAW);
  }

  /** Draw over the bound frame. The palette is bound to texture unit 0. */
  draw(look: Look): void {
    if (this.count === 0) return;
    const { gl, program } = this;
    const { background } = look.style;
    gl.useProgram(program.handle);
    setPlaces(gl, program, { ...look, limit: Math.min(look.limit, 2 * LARGEST_DISC * 3) });
    gl.uniform1i(program.at('palette'), 0);
    gl.uniform1f(program.at('unit'), look.view.pixelRatio);
    gl.uniform3f(program.at('background'), ...background);
    gl.uniform3f(program.at('ink'), ...inkOn(background));
    gl.bindVertexArray(this.array);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArrays(gl.POINTS, 0, this.count);
    gl.disable(gl.BLEND);
    gl.bindVertexArray(null);
  }

  release(): void {
    this.gl.deleteBuffer(this.buffer);
    this.gl.deleteVertexArray(this.array);
    this.gl.deleteProgram(this.program.handle);
  }
}

/** What stands out from a background: near white on dark, near black on light. */
export function inkOn(background: readonly [number, number, number]): [number, number, number] {
  const [r, g, b] = background;
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return light > 0.45 ? [0.07, 0.08, 0.1] : [0.97, 0.98, 1];
}

/** Ten 16-bit words to a mark: place, old place, palette index, flags. */
function packMarks({ places, from, colors, selected, highlighted }: Marked): Uint16Array {
  const thin = Math.min(selected.length, MOST_RINGS);
  const words = new Uint16Array((STRIDE / 2) * (thin + highlighted.length));
  for (let mark = 0; mark < thin + highlighted.length; mark++) {
    const high = mark >= thin;
    const point = (high ? highlighted[mark - thin] : selected[mark]) ?? 0;
    const at = (STRIDE / 2) * mark;
    words.set(places.subarray(4 * point, 4 * point + 4), at);
    words.set(from.subarray(4 * point, 4 * point + 4), at + 4);
    words[at + 8] = colors?.[point] ?? 0;
    words[at + 9] = high ? FLAG.highlighted : FLAG.selected;
  }
  return words;
}
