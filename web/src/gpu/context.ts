/** Getting a WebGL 2 context, and small programs on it. */
import { CannotDraw } from './types';

/** The canvas's context, or CannotDraw with words for the middle of the screen. */
export function contextOf(canvas: HTMLCanvasElement): WebGL2RenderingContext {
  const gl = canvas.getContext('webgl2', {
    alpha: false,
    antialias: false, // discs smooth their own edges
    depth: true,
    stencil: false,
    powerPreference: 'high-performance',
  });
  if (gl === null) {
    throw new CannotDraw(
      'This browser offers no WebGL 2 here, so the points cannot be drawn. Turn on graphics ' +
        'acceleration in its settings, close other pages that draw, or try another browser.',
    );
  }
  return gl;
}

/** A linked program and where its uniforms are. */
export interface Program {
  readonly handle: WebGLProgram;
  readonly at: (uniform: string) => WebGLUniformLocation | null;
}

/** Compile and link; a lost context gives a program that draws nothing. */
export function programOf(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const handle = gl.createProgram();
  const shaders = [
    shaderOf(gl, gl.VERTEX_SHADER, vertex),
    shaderOf(gl, gl.FRAGMENT_SHADER, fragment),
  ];
  for (const shader of shaders) if (shader !== null) gl.attachShader(handle, shader);
  gl.linkProgram(handle);
  if (gl.getProgramParameter(handle, gl.LINK_STATUS) !== true && !gl.isContextLost()) {
    throw new CannotDraw(wordsFor(gl.getProgramInfoLog(handle)));
  }
  for (const shader of shaders) gl.deleteShader(shader);
  const places = new Map<string, WebGLUniformLocation | null>();
  return {
    handle,
    at: (uniform) => {
      let place = places.get(uniform);
      if (place === undefined) {
        place = gl.getUniformLocation(handle, uniform);
        places.set(uniform, place);
      }
      return place;
    },
  };
}

function shaderOf(gl: WebGL2RenderingContext, kind: number, source: string): WebGLShader | null {
  const shader = gl.createShader(kind);
  if (shader === null) return null; // the context is lost
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) !== true && !gl.isContextLost()) {
    throw new CannotDraw(wordsFor(gl.getShaderInfoLog(shader)));
  }
  return shader;
}

function wordsFor(log: string | null): string {
  return `The graphics driver refused a shader, so the points cannot be drawn: ${log ?? 'no reason given'}`;
}
