/** The renderer on WebGL 2. See types.ts for what it promises. */
import { Budget } from './budget';
import { PointBuffers } from './buffers';
import { contextOf } from './context';
import { FloorPass } from './floor';
import { MarksPass, MOST_RINGS } from './marks';
import { Palette } from './palette';
import { Picker } from './picker';
import { PointsPass, type Look } from './points';
import { Scene } from './scene';
import { ShadePass } from './shade';
import { Targets, type Target } from './targets';
import {
  FLAG,
  type FrameReport,
  type PackedPoints,
  type PointStyle,
  type Renderer,
  type Units,
  type View,
} from './types';

/** Draw points on a canvas; throws CannotDraw where that is impossible. The canvas is its alone. */
export function createRenderer(canvas: HTMLCanvasElement): Renderer {
  return new WebGLRenderer(canvas);
}

/** Frames with fewer points aren't worth waiting for to time them. */
const WORTH_TIMING = 20_000;

/** Everything that is gone when the context is lost. */
interface Gpu {
  readonly targets: Targets;
  readonly points: PointsPass;
  readonly shade: ShadePass;
  readonly marks: MarksPass;
  readonly floor: FloorPass;
  readonly palette: Palette;
  buffers: PointBuffers | null;
}

class WebGLRenderer implements Renderer {
  private readonly gl: WebGL2RenderingContext;
  private readonly scene = new Scene();
  private readonly picker = new Picker(this.scene);
  private readonly budget = new Budget();
  private readonly listeners: ((state: 'lost' | 'restored') => void)[] = [];
  private readonly pixel = new Uint8Array(4);
  private gpu: Gpu | null;
  private limit = 64;
  private view: View | null = null;
  /** Points of the kept picture, and whether it has to begin anew. */
  private filled = 0;
  private stale = true;
  private unshaded = true;
  private unmarked = true;
  private warm = false;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.gl = contextOf(canvas);
    this.gpu = this.build();
    canvas.addEventListener('webglcontextlost', this.lost);
    canvas.addEventListener('webglcontextrestored', this.restored);
  }

  setData(points: PackedPoints): void {
    this.scene.setData(points);
    this.picker.forget();
    this.allocate();
  }

  setPacked(points: PackedPoints, units: Units = 'own'): void {
    const mixed = this.scene.setPacked(points, units);
    this.picker.forget();
    this.gpu?.buffers?.move(points.positions, mixed ? this.scene.from : undefined);
    this.stale = this.unmarked = true;
  }

  setBlend(fraction: number): void {
    const blend = Math.min(1, Math.max(0, fraction));
    if (blend === this.scene.blend) return;
    this.scene.blend = blend;
    this.picker.forget();
    this.stale = true;
  }

  setColors(indices: Uint16Array): void {
    this.check('setColors', indices.length);
    this.scene.colors = indices;
    this.gpu?.buffers?.setColors(indices);
    this.stale = this.unmarked = true;
  }

  setPalette(colors: Uint8Array): void {
    this.scene.palette = colors;
    this.gpu?.palette.upload(colors);
    this.stale = true;
  }

  setMask(mask: Uint8Array): void {
    this.check('setMask', mask.length);
    this.scene.mask = mask;
    this.gpu?.buffers?.setFlags(mask);
    this.stale = this.unmarked = true;
  }

  setHighlighted(indices: ArrayLike<number>): void {
    this.scene.highlighted = indices;
    this.unmarked = true;
  }

  setStyle(style: PointStyle): void {
    const last = this.scene.style;
    if (style.size > last.size) this.budget.dearer((style.size / last.size) ** 2);
    this.scene.style = style;
    this.stale = this.unmarked = true;
  }

  frame(view: View, moving: boolean): FrameReport {
    const began = performance.now();
    const total = this.scene.points.count;
    const { gpu } = this;
    if (gpu === null || this.gl.isContextLost()) return { drawn: 0, total, milliseconds: 0 };
    const target = this.prepare(gpu, view);
    const look = this.lookOf(view);
    const allowed = moving ? this.budget.moving : this.budget.filling;
    const count = Math.min(total - this.filled, allowed);
    this.drawPoints(gpu, target, look, count);
    this.compose(gpu, target, look);
    const timed = count >= WORTH_TIMING;
    if (timed) this.wait();
    const milliseconds = performance.now() - began;
    if (timed && this.warm) this.budget.drew(count, milliseconds, !moving);
    this.warm ||= timed;
    if (!moving && this.filled === total) this.picker.settle();
    return { drawn: this.filled, total, milliseconds };
  }

  pick(x: number, y: number, radius: number): number {
    return this.view === null ? -1 : this.picker.pick(this.view, x, y, radius, this.filled);
  }

  pace(milliseconds: number): void {
    this.budget.pace(milliseconds);
  }

  onContext(callback: (state: 'lost' | 'restored') => void): void {
    this.listeners.push(callback);
  }

  dispose(): void {
    this.canvas.removeEventListener('webglcontextlost', this.lost);
    this.canvas.removeEventListener('webglcontextrestored', this.restored);
    this.listeners.length = 0;
    this.picker.forget();
    this.release();
    // A browser keeps few contexts; the next panel may need this one's place.
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  private build(): Gpu {
    const { gl } = this;
    const range = gl.getParameter(gl.ALIASED_POINT_SIZE_RANGE) as Float32Array | null;
    this.limit = range?.[1] ?? 64;
    const palette = new Palette(gl);
    palette.upload(this.scene.palette);
    return {
      targets: new Targets(gl),
      points: new PointsPass(gl),
      shade: new ShadePass(gl),
      marks: new MarksPass(gl),
      floor: new FloorPass(gl),
      palette,
      buffers: null,
    };
  }

  /** Put all arrays of the scene on the GPU. */
  private allocate(): void {
    const { gpu, scene } = this;
    this.stale = this.unmarked = true;
    if (gpu === null) return;
    gpu.buffers?.release();
    gpu.buffers = new PointBuffers(this.gl, scene.points.positions);
    if (scene.blend < 1) gpu.buffers.move(scene.points.positions, scene.from);
    if (scene.colors !== null) gpu.buffers.setColors(scene.colors);
    if (scene.mask !== null) gpu.buffers.setFlags(scene.mask);
  }

  private lookOf(view: View): Look {
    const { style, blend, oldBox } = this.scene;
    return { view, style, blend, oldBox, limit: this.limit };
  }

  /** Canvas and kept pictures in the view's size, empty where what they show is no longer true. */
  private prepare(gpu: Gpu, view: View): Target {
    const { gl, canvas } = this;
    if (canvas.width !== view.width) canvas.width = view.width;
    if (canvas.height !== view.height) canvas.height = view.height;
    const resized = gpu.targets.resize(view.width, view.height);
    const target = gpu.targets.points as Target;
    if (resized || this.stale || this.view === null || !sameView(view, this.view)) {
      const [r, g, b] = this.scene.style.background;
      gl.bindFramebuffer(gl.FRAMEBUFFER, target.frame);
      gl.clearColor(r, g, b, 1);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      this.filled = 0;
      this.stale = false;
      this.unshaded = true;
    }
    this.view = view;
    gl.viewport(0, 0, view.width, view.height);
    return target;
  }

  /** Add the next stretch of points to the kept picture. */
  private drawPoints(gpu: Gpu, target: Target, look: Look, count: number): void {
    const { gl } = this;
    if (count <= 0 || gpu.buffers === null) return;
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.frame);
    gpu.palette.bind(0);
    gpu.buffers.bind(look.blend < 1);
    gpu.points.draw(look, this.filled, count);
    gl.bindVertexArray(null);
    this.filled += count;
    this.unshaded = true;
  }

  /** Points, shading, floor and marks on the canvas. */
  private compose(gpu: Gpu, target: Target, look: Look): void {
    const { targets } = gpu;
    const { style, view } = look;
    let picture = target;
    if (view.dimensions === 3 && style.depthCue && targets.shaded !== null) {
      picture = targets.shaded;
      if (this.unshaded) gpu.shade.draw(target, picture, view);
      this.unshaded = false;
    }
    targets.show(picture);
    const drawn = this.scene.points.count > 0;
    if (drawn && view.dimensions === 3 && style.floor !== false && target.depth !== null) {
      gpu.floor.draw(look, target.depth, this.scene.floor);
    }
    this.drawMarks(gpu, look);
  }

  private drawMarks(gpu: Gpu, look: Look): void {
    const { scene } = this;
    if (this.unmarked) {
      gpu.marks.upload({
        places: scene.points.positions,
        from: scene.from,
        colors: scene.colors,
        selected: scene.flagged(FLAG.selected, MOST_RINGS),
        highlighted: [...scene.flagged(FLAG.highlighted, 1000), ...Array.from(scene.highlighted)],
      });
      this.unmarked = false;
    }
    gpu.palette.bind(0);
    gpu.marks.draw(look);
  }

  /** Wait until the GPU is done: reading a pixel can't return before. */
  private wait(): void {
    const { gl } = this;
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, this.pixel);
  }

  private check(method: string, length: number): void {
    const { count } = this.scene.points;
    if (length !== count) {
      throw new RangeError(
        `The array of ${method} must have one value for each of the ${count} points. Got ${length}.`,
      );
    }
  }

  private release(): void {
    const { gpu } = this;
    if (gpu === null) return;
    gpu.buffers?.release();
    gpu.targets.release();
    for (const pass of [gpu.points, gpu.shade, gpu.marks, gpu.floor, gpu.palette]) pass.release();
    this.gpu = null;
  }

  private readonly lost = (event: Event): void => {
    event.preventDefault(); // without this it never comes back
    this.gpu = null;
    this.warm = false;
    for (const listener of this.listeners) listener('lost');
  };

  private readonly restored = (): void => {
    this.gpu = this.build();
    this.allocate();
    for (const listener of this.listeners) listener('restored');
  };
}

function sameView(a: View, b: View): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.pixelRatio === b.pixelRatio &&
    a.dimensions === b.dimensions &&
    a.magnification === b.magnification &&
    a.matrix.every((value, index) => value === b.matrix[index])
  );
}
