/**
 * A faint grid under the points, in 3-D: it tells how the picture is turned and how deep things lie. Drawn as
 * thin smooth quads before all points.
 */
import { programOf, type Program } from './context';
import type { Look } from './look';
import { inkOn } from './marks';

const VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec4 ends;    // x and z of both ends of the line
layout(location = 1) in vec2 corner;  // which end, and which side of the line
uniform mat4 matrix;
uniform float height;
uniform vec2 pixels;    // half the picture's size in device pixels
uniform float thickness;
out vec2 ground;
out float across;

void main() {
  vec4 a = matrix * vec4(ends.x, height, ends.y, 1.0);
  vec4 b = matrix * vec4(ends.z, height, ends.w, 1.0);
  vec2 g = vec2(ends.x, ends.y);
  vec2 h = vec2(ends.z, ends.w);
  // What lies behind the eye is cut off before the division.
  const float LEAST = 0.05;
  if (a.w < LEAST && b.w < LEAST) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  if (a.w < LEAST) { float t = (LEAST - a.w) / (b.w - a.w); a = mix(a, b, t); g = mix(g, h, t); }
  if (b.w < LEAST) { float t = (LEAST - b.w) / (a.w - b.w); b = mix(b, a, t); h = mix(h, g, t); }
  vec2 along = (b.xy / b.w - a.xy / a.w) * pixels;
  vec2 side = normalize(vec2(-along.y, along.x) + 1e-6);
  vec4 end = corner.x < 0.5 ? a : b;
  float wide = 0.5 * thickness + 1.0;
  gl_Position = vec4(end.xy + side * corner.y * wide / pixels * end.w, end.z, end.w);
  ground = corner.x < 0.5 ? g : h;
  across = corner.y * wide;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 ink;
uniform float strength;
uniform float thickness;
in vec2 ground;
in float across;
out vec4 shown;

void main() {
  float line = clamp(0.5 * thickness + 0.5 - abs(across), 0.0, 1.0);
  float fade = 1.0 - smoothstep(0.55, 1.55, length(ground));
  shown = vec4(ink, strength * line * fade);
}`;

/** Just enough to be seen. */
const STRENGTH = 0.1;
const REACH = 1.5;
const STEP = 0.25;

export class FloorPass {
  private readonly program: Program;
  private readonly array: WebGLVertexArrayObject;
  private readonly buffer: WebGLBuffer;
  private readonly count: number;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.program = programOf(gl, VERTEX, FRAGMENT);
    this.array = gl.createVertexArray();
    this.buffer = gl.createBuffer();
    const vertices = gridVertices();
    this.count = vertices.length / 6;
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.enableVertexAttribArray(1);
    gl.vertexAttribPointer(0, 4, gl.FLOAT, false, 24, 0);
    gl.vertexAttribPointer(1, 2, gl.FLOAT, false, 24, 16);
    gl.bindVertexArray(null);
  }

  /** Draw at `height` (box units) into the bound frame. */
  draw({ view, style }: Look, height: number): void {
    const { gl, program } = this;
    gl.useProgram(program.handle);
    gl.uniformMatrix4fv(program.at('matrix'), false, view.matrix);
    gl.uniform1f(program.at('height'), height);
    gl.uniform2f(program.at('pixels'), view.width / 2, view.height / 2);
    gl.uniform1f(program.at('thickness'), view.pixelRatio);
    gl.uniform3f(program.at('ink'), ...inkOn(style.background));
    gl.uniform1f(program.at('strength'), STRENGTH);
    gl.bindVertexArray(this.array);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArrays(gl.TRIANGLES, 0, this.count);
    gl.disable(gl.BLEND);
    gl.bindVertexArray(null);
  }

  release(): void {
    this.gl.deleteBuffer(this.buffer);
    this.gl.deleteVertexArray(this.array);
    this.gl.deleteProgram(this.program.handle);
  }
}

/** Six vertices a line: both ends of the line (x, z, x, z), which end, which side. */
function gridVertices(): Float32Array {
  const corners = [
    [0, -1],
    [1, -1],
    [1, 1],
    [0, -1],
    [1, 1],
    [0, 1],
  ] as const;
  const values: number[] = [];
  for (let at = -REACH; at <= REACH + 1e-9; at += STEP) {
    for (const corner of corners) values.push(at, -REACH, at, REACH, ...corner);
    for (const corner of corners) values.push(-REACH, at, REACH, at, ...corner);
  }
  return new Float32Array(values);
}
