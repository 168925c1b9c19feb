/**
 * The points' arrays on the GPU: two layouts, palette indices, flags. 19 bytes a point, 11 without a glide,
 * and 4 for each lit one while a filter is on.
 */
import { ATTRIBUTE } from './places';

export class PointBuffers {
  readonly count: number;
  private readonly array: WebGLVertexArrayObject;
  private present: WebGLBuffer;
  private past: WebGLBuffer | null = null;
  private readonly colors: WebGLBuffer;
  private readonly flags: WebGLBuffer;
  private lit: WebGLBuffer | null = null;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    positions: Uint16Array,
  ) {
    this.count = positions.length / 4;
    this.array = gl.createVertexArray();
    this.present = this.filled(positions);
    this.colors = this.empty(2 * this.count);
    this.flags = this.empty(this.count);
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.colors);
    gl.vertexAttribIPointer(ATTRIBUTE.color, 1, gl.UNSIGNED_SHORT, 0, 0);
    gl.enableVertexAttribArray(ATTRIBUTE.color);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.flags);
    gl.vertexAttribIPointer(ATTRIBUTE.flags, 1, gl.UNSIGNED_BYTE, 0, 0);
    gl.enableVertexAttribArray(ATTRIBUTE.flags);
    gl.bindVertexArray(null);
    this.point(false);
  }

  /** New positions; those so far become the past ones, unless `past` are given. */
  move(positions: Uint16Array, past?: Uint16Array): void {
    const { gl } = this;
    this.past ??= this.empty(8 * this.count);
    [this.present, this.past] = [this.past, this.present];
    gl.bindBuffer(gl.ARRAY_BUFFER, this.present);
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, positions);
    if (past !== undefined) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.past);
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, past);
    }
  }

  setColors(indices: Uint16Array): void {
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, this.colors);
    this.gl.bufferSubData(this.gl.ARRAY_BUFFER, 0, indices);
  }

  setFlags(flags: Uint8Array): void {
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, this.flags);
    this.gl.bufferSubData(this.gl.ARRAY_BUFFER, 0, flags);
  }

  /** Which points are lit, in draw order; null where that is of no use. */
  setLit(indices: Uint32Array | null): void {
    const { gl } = this;
    gl.bindVertexArray(this.array);
    if (indices === null) {
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, null);
      gl.deleteBuffer(this.lit);
      this.lit = null;
    } else {
      this.lit ??= gl.createBuffer();
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.lit);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, indices, gl.DYNAMIC_DRAW);
    }
    gl.bindVertexArray(null);
  }

  /** Make the arrays those that are drawn; `gliding`: with the past positions. */
  bind(gliding: boolean): void {
    this.point(gliding && this.past !== null);
    this.gl.bindVertexArray(this.array);
  }

  release(): void {
    const { gl } = this;
    for (const buffer of [this.present, this.past, this.colors, this.flags, this.lit])
      gl.deleteBuffer(buffer);
    gl.deleteVertexArray(this.array);
  }

  /** Say which buffer is which; without a glide the old places are not even read. */
  private point(gliding: boolean): void {
    const { gl } = this;
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.present);
    gl.vertexAttribPointer(ATTRIBUTE.place, 4, gl.UNSIGNED_SHORT, true, 0, 0);
    gl.enableVertexAttribArray(ATTRIBUTE.place);
    if (gliding) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.past);
      gl.vertexAttribPointer(ATTRIBUTE.from, 4, gl.UNSIGNED_SHORT, true, 0, 0);
      gl.enableVertexAttribArray(ATTRIBUTE.from);
    } else {
      gl.disableVertexAttribArray(ATTRIBUTE.from);
    }
    gl.bindVertexArray(null);
  }

  private filled(values: Uint16Array): WebGLBuffer {
    const buffer = this.gl.createBuffer();
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, buffer);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, values, this.gl.DYNAMIC_DRAW);
    return buffer;
  }

  private empty(bytes: number): WebGLBuffer {
    const buffer = this.gl.createBuffer();
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, buffer);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, bytes, this.gl.DYNAMIC_DRAW);
    return buffer;
  }
}
