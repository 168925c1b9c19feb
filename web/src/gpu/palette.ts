/** The lookup texture from a point's palette index to its colour. */

const WIDTH = 256;

export class Palette {
  private readonly texture: WebGLTexture;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.texture = gl.createTexture();
  }

  /** RGBA bytes, 4 to an entry; entries beyond 65,536 are left out. */
  upload(colors: Uint8Array): void {
    const { gl } = this;
    const entries = Math.min(WIDTH * WIDTH, Math.floor(colors.length / 4));
    const rows = Math.max(1, Math.ceil(entries / WIDTH));
    const texels = new Uint8Array(rows * WIDTH * 4);
    texels.set(colors.subarray(0, 4 * entries));
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, WIDTH, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }

  bind(unit: number): void {
    this.gl.activeTexture(this.gl.TEXTURE0 + unit);
    this.gl.bindTexture(this.gl.TEXTURE_2D, this.texture);
  }

  release(): void {
    this.gl.deleteTexture(this.texture);
  }
}

/** GLSL: the colour of a palette index. */
export const PALETTE_GLSL = `
uniform sampler2D palette;
vec4 paletteColor(uint index) {
  return texelFetch(palette, ivec2(index & 255u, index >> 8), 0);
}`;
