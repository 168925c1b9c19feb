/** The picture that is kept between frames: the points drawn so far, with their depth. */
import { CannotDraw } from './types';

export class KeptPicture {
  width = 0;
  height = 0;
  private frame: WebGLFramebuffer | null = null;
  private color: WebGLTexture | null = null;
  private depth: WebGLTexture | null = null;

  constructor(private readonly gl: WebGL2RenderingContext) {}

  /** Make it this large; true where it is new and holds nothing. */
  resize(width: number, height: number): boolean {
    if (this.frame !== null && width === this.width && height === this.height) return false;
    this.release();
    this.width = width;
    this.height = height;
    this.make();
    return true;
  }

  /** What is drawn next goes into it. */
  bind(): void {
    this.gl.bindFramebuffer(this.gl.FRAMEBUFFER, this.frame);
  }

  /** Read it: colours as texture 0, depth as texture 1. */
  bindTextures(): void {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.depth);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.color);
  }

  release(): void {
    this.gl.deleteFramebuffer(this.frame);
    this.gl.deleteTexture(this.color);
    this.gl.deleteTexture(this.depth);
    this.frame = this.color = this.depth = null;
  }

  private make(): void {
    const { gl } = this;
    this.color = this.texture(gl.RGBA8);
    this.depth = this.texture(gl.DEPTH_COMPONENT24);
    this.frame = gl.createFramebuffer();
    this.bind();
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.color, 0);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.TEXTURE_2D, this.depth, 0);
    const state = gl.checkFramebufferStatus(gl.FRAMEBUFFER);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    if (state !== gl.FRAMEBUFFER_COMPLETE && !gl.isContextLost()) {
      throw new CannotDraw(
        `A picture of ${this.width} x ${this.height} pixels does not fit the graphics memory. ` +
          'Make the window smaller or close other pages that draw.',
      );
    }
  }

  private texture(format: number): WebGLTexture {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, format, this.width, this.height);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return texture;
  }
}
