/** The renderer on WebGL 2. See types.ts for what it promises. */
import { pixelBox } from '../math/project';
import { Budget } from './budget';
import { PointBuffers } from './buffers';
import { contextOf } from './context';
import { FloorPass } from './floor';
import { KeptPicture } from './kept';
import { sameStyle, sameView, type Look } from './look';
import { MarksPass, MOST_RINGS } from './marks';
import { Palette } from './palette';
import { Picker } from './picker';
import { PointsPass } from './points';
import { Scene } from './scene';
import { ShadePass } from './shade';
import type { Stretch, Work } from './stretches';
import type { FrameReport, PackedPoints, PointStyle, Renderer, Units, View } from './types';

/** Draw points on a canvas; throws CannotDraw where that is impossible. The canvas is its alone. */
export function createRenderer(canvas: HTMLCanvasElement): Renderer {
  return new WebGLRenderer(canvas);
}

/** The time of so few points isn't worth waiting for. */
const WORTH_TIMING = 5_000;

/** While filling in, the canvas shows what has come at most so often: showing takes time itself. */
const SHOW_EVERY = 120;

/** Everything that is gone when the context is lost. */
interface Gpu {
  readonly kept: KeptPicture;
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
  /** How much of the work (see `Work`) the kept picture holds, and whether it has to begin anew. */
  private filled = 0;
  private stale = true;
  /** How much of it the canvas shows, whether it is behind the kept one, and since when it is there. */
  private shown = 0;
  private behind = true;
  private shownAt = 0;
  private unmarked = true;
  /** Whether the whole picture, shaded, is drawn while moving too. */
  private quick = false;
  /** The first draw compiles shaders: its time says nothing. */
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
    this.change();
    this.unmarked = true;
  }

  setBlend(fraction: number): void {
    const blend = Math.min(1, Math.max(0, fraction));
    if (blend === this.scene.blend) return;
    this.scene.blend = blend;
    this.picker.forget();
    this.change();
  }

  setColors(indices: Uint16Array): void {
    this.check('setColors', indices.length);
    this.scene.colors = indices;
    this.gpu?.buffers?.setColors(indices);
    this.change();
    this.unmarked = true;
  }

  setPalette(colors: Uint8Array): void {
    this.scene.palette = colors;
    this.gpu?.palette.upload(colors);
    this.change();
  }

  setMask(mask: Uint8Array): void {
    this.check('setMask', mask.length);
    this.scene.setMask(mask);
    this.gpu?.buffers?.setFlags(mask);
    this.gpu?.buffers?.setLit(this.scene.lit);
    this.change();
    this.unmarked = true;
  }

  setHighlighted(indices: ArrayLike<number>): void {
    this.scene.highlighted = indices;
    this.unmarked = true;
  }

  setStyle(style: PointStyle): void {
    const last = this.scene.style;
    if (sameStyle(style, last)) return;
    if (style.size > last.size) this.budget.dearer((style.size / last.size) ** 2);
    this.scene.setStyle(style);
    this.change();
    this.unmarked = true;
  }

  frame(view: View, moving: boolean): FrameReport {
    const began = performance.now();
    const { gpu } = this;
    if (gpu === null || this.gl.isContextLost()) return { drawn: 0, total: 0, milliseconds: 0 };
    this.prepare(gpu, view);
    const look = this.lookOf(view);
    const work = this.scene.work;
    this.quick = this.budget.quick(work.total, this.quick);
    if (moving && !this.quick) this.sketch(gpu, look, work);
    else this.develop(gpu, look, work, moving);
    const milliseconds = performance.now() - began;
    return { drawn: work.drawn(this.shown), total: work.visible, milliseconds };
  }

  pick(x: number, y: number, radius: number): number {
    return this.view === null ? -1 : this.picker.pick(this.view, x, y, radius, this.shownPoints);
  }

  /** How many points, from the first, have had their turn: those a pick may find. */
  private get shownPoints(): number {
    return this.scene.lit === null ? this.shown : this.scene.points.count;
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
      kept: new KeptPicture(gl),
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
    this.change();
    this.unmarked = true;
    if (gpu === null) return;
    gpu.buffers?.release();
    gpu.buffers = new PointBuffers(this.gl, scene.points.positions);
    if (scene.blend < 1) gpu.buffers.move(scene.points.positions, scene.from);
    if (scene.colors !== null) gpu.buffers.setColors(scene.colors);
    if (scene.mask !== null) gpu.buffers.setFlags(scene.mask);
    if (scene.lit !== null) gpu.buffers.setLit(scene.lit);
  }

  /** What is on the canvas is no longer true. */
  private change(): void {
    this.stale = true;
    this.shown = 0;
  }

  private lookOf(view: View): Look {
    const { style, blend, oldBox } = this.scene;
    return { view, style, blend, oldBox, limit: this.limit };
  }

  /** Canvas and kept picture in the view's size; what shows another view is stale. */
  private prepare(gpu: Gpu, view: View): void {
    const { gl, canvas } = this;
    if (canvas.width !== view.width || canvas.height !== view.height) {
      const pixels = canvas.width * canvas.height;
      if (this.view !== null) this.budget.dearer((view.width * view.height) / pixels);
      canvas.width = view.width;
      canvas.height = view.height;
    }
    const resized = gpu.kept.resize(view.width, view.height);
    if (resized || this.view === null || !sameView(view, this.view)) this.change();
    this.view = view;
    gl.viewport(0, 0, view.width, view.height);
  }

  /** On the move: as many points as fit the time, straight to the canvas, without shading. */
  private sketch(gpu: Gpu, look: Look, work: Work): void {
    const began = performance.now();
    const count = Math.min(work.total, this.budget.moving);
    this.gl.bindFramebuffer(this.gl.FRAMEBUFFER, null);
    this.clear(gpu, look);
    this.drawPoints(gpu, look, work.stretches(0, count));
    this.drawMarks(gpu, look);
    this.time(() => this.budget.drew(count, performance.now() - began, false));
    this.shown = count;
    this.stale = true;
  }

  /** At rest, or where all points fit: fill the kept picture, and show it from time to time. */
  private develop(gpu: Gpu, look: Look, work: Work, moving: boolean): void {
    const { total } = work;
    if (this.stale) {
      gpu.kept.bind();
      this.clear(gpu, look);
      this.filled = 0;
      this.stale = false;
      this.behind = true;
    }
    if (this.filled < total && !this.due(total)) this.fill(gpu, look, work, moving);
    if (this.filled === total || this.due(total)) this.show(gpu, look);
    if (!moving && this.filled === total) this.picker.settle();
  }

  /** Whether enough is new, for long enough, to be worth showing. */
  private due(total: number): boolean {
    const enough = Math.min(total, this.budget.moving);
    if (!this.behind || this.filled < enough) return false;
    // What is on screen never loses points for want of drawing.
    return this.filled > this.shown && performance.now() - this.shownAt > SHOW_EVERY;
  }

  /** Add the next stretch of points to the kept picture. */
  private fill(gpu: Gpu, look: Look, work: Work, moving: boolean): void {
    const began = performance.now();
    const left = work.total - this.filled;
    const count = Math.min(left, moving ? left : this.budget.filling);
    gpu.kept.bind();
    this.drawPoints(gpu, look, work.stretches(this.filled, this.filled + count));
    this.filled += count;
    this.behind = true;
    this.time(() => this.budget.drew(count, performance.now() - began, true));
  }

  /** The kept picture, shaded, with its marks, on the canvas. */
  private show(gpu: Gpu, look: Look): void {
    const began = performance.now();
    const { style, view } = look;
    this.gl.bindFramebuffer(this.gl.FRAMEBUFFER, null);
    this.clear(gpu, look);
    const box = pixelBox(view, this.scene.bounds, style.size);
    gpu.shade.draw(gpu.kept, view, view.dimensions === 3 && style.depthCue, box);
    this.drawMarks(gpu, look);
    this.time(() => this.budget.showed(performance.now() - began));
    this.shown = this.filled;
    this.shownAt = performance.now();
    this.behind = false;
  }

  /** An empty picture in the bound frame: the background, and in 3-D the floor. */
  private clear(gpu: Gpu, look: Look): void {
    const { gl } = this;
    const { style, view } = look;
    gl.clearColor(...style.background, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    const wanted = view.dimensions === 3 && style.floor !== false;
    if (wanted && this.scene.points.count > 0 && !this.scene.collapsed) {
      gpu.floor.draw(look, this.scene.floor);
    }
  }

  private drawPoints(gpu: Gpu, look: Look, stretches: readonly Stretch[]): void {
    if (stretches.length === 0 || gpu.buffers === null) return;
    gpu.palette.bind(0);
    gpu.buffers.bind(look.blend < 1);
    gpu.points.draw(look, stretches);
    this.gl.bindVertexArray(null);
  }

  private drawMarks(gpu: Gpu, look: Look): void {
    const { scene } = this;
    if (this.unmarked) {
      gpu.marks.upload({
        places: scene.points.positions,
        from: scene.from,
        colors: scene.colors,
        ...scene.marked(MOST_RINGS),
      });
      this.unmarked = false;
    }
    gpu.palette.bind(0);
    gpu.marks.draw(look);
  }

  /** Wait until the GPU is done (reading a pixel can't return before), then note the time. */
  private time(note: () => void): void {
    if (this.scene.points.count < WORTH_TIMING) return;
    const { gl } = this;
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, this.pixel);
    if (this.warm) note();
    this.warm = true;
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
    gpu.kept.release();
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
