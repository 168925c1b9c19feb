/** The pictures that are kept between frames: points with their depth, and the same after shading. */
import { CannotDraw } from './types';

export interface Target {
  readonly frame: WebGLFramebuffer;
  readonly color: WebGLTexture;
  readonly depth: WebGLTexture | null;
}

export class Targets {
  width = 0;
  height = 0;
  points: Target | null = null;
  shaded: Target | null = null;

  constructor(private readonly gl: WebGL2RenderingContext) {}

  /** Make them this large; true where they are new and empty. */
  resize(width: number, height: number): boolean {
    if (this.points !== null && width === this.width && height === this.height) return false;
    this.release();
    this.width = width;
    this.height = height;
    this.points = this.make(true);
    this.shaded = this.make(false);
    return true;
  }

  release(): void {
    for (const target of [this.points, this.shaded]) {
      if (target === null) continue;
      this.gl.deleteFramebuffer(target.frame);
      this.gl.deleteTexture(target.color);
      this.gl.deleteTexture(target.depth);
    }
    this.points = null;
    this.shaded = null;
  }

  /** Show a kept picture on the canvas. */
  show(target: Target): void {
    const { gl, width, height } = this;
    // Chromium empties the canvas before the first thing drawn on it, and doesn't count a blit as that.
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, target.frame);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
    gl.blitFramebuffer(0, 0, width, height, 0, 0, width, height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  private make(withDepth: boolean): Target {
    const { gl } = this;
    const frame = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
    const color = this.texture(gl.RGBA8);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, color, 0);
    const depth = withDepth ? this.texture(gl.DEPTH_COMPONENT24) : null;
    if (depth !== null) {
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.TEXTURE_2D, depth, 0);
    }
    const state = gl.checkFramebufferStatus(gl.FRAMEBUFFER);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    if (state !== gl.FRAMEBUFFER_COMPLETE && !gl.isContextLost()) {
      throw new CannotDraw(
        `A picture of ${this.width} x ${this.height} pixels does not fit the graphics memory. ` +
          'Make the window smaller or close other pages that draw.',
      );
    }
    return { frame, color, depth };
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
