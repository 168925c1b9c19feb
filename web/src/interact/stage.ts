/**
 * The map on a canvas: renderer, camera, controls and the loop that draws, in one object. The canvas's size is
 * the page's business (CSS); its pixels are the stage's.
 */
import { DrawLoop, type Motion } from '../gpu/loop';
import { createRenderer } from '../gpu/renderer';
import type { FrameReport, PackedPoints, PointStyle, Renderer, Units, View } from '../gpu/types';
import { firstCamera, sameCamera, viewOf, type Camera, type Viewport } from '../math/camera';
import { fitPoints, fittedCamera, withDimensions, type Chosen } from '../math/fit';
import { boxPlace } from '../math/packed';
import { project, type ScreenPlace } from '../math/project';
import type { Quat, Vec3 } from '../math/vector';
import { Controls, type ControlEvents } from './controls';
import { ease, prefersStillness, Walk } from './walk';

export interface StageEvents extends ControlEvents {
  /** The camera changed. `chosen`: somebody moved it; else it is where the page puts it by itself. */
  view?(camera: Camera, chosen: boolean): void;
  moving?(moving: boolean): void;
  /** After each frame: points drawn so far, of how many, and how long it took. */
  report?(report: FrameReport): void;
  context?(state: 'lost' | 'restored'): void;
}

export interface GlideOptions {
  readonly milliseconds?: number;
  readonly units?: Units;
  /** Where the camera goes meanwhile; by default it fits the points where it fitted those before. */
  readonly camera?: Camera;
}

const GLIDE_TIME = 700;
const FIT_TIME = 350;

/** Device pixels a side that every WebGL 2 can draw to; beyond, the browser enlarges the picture. */
const LARGEST_PICTURE = 8192;

/** A fitted picture is left as it is while a new fit would differ by less: live layouts stay calm. */
const CALM = 0.12;

export class Stage {
  readonly renderer: Renderer;
  private readonly loop: DrawLoop;
  private readonly walk: Walk;
  private readonly controls: Controls;
  private readonly observer: ResizeObserver;
  private readonly stop = new AbortController();
  private points: PackedPoints | null = null;
  private current: Camera = firstCamera(3);
  /** Whether all points are in the picture because it was made so: then they stay in when it is resized. */
  private fitted = true;
  /** Whether somebody moved the camera. */
  private chosen = false;
  private lastRotation: Quat | null = null;
  private glide: Motion | null = null;

  /** Throws CannotDraw where there is no WebGL 2. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly events: StageEvents = {},
  ) {
    this.renderer = createRenderer(canvas);
    this.loop = new DrawLoop(this.renderer, () => this.view, {
      report: (report) => this.events.report?.(report),
      moving: (moving) => this.turned(moving),
    });
    this.walk = new Walk(this.loop, (camera) => this.change(camera));
    this.controls = new Controls(canvas, this, this.loop, this.walk, events);
    this.renderer.onContext((state) => {
      this.events.context?.(state);
      if (state === 'restored') this.loop.invalidate();
    });
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(canvas);
    window.addEventListener('resize', () => this.resized(), { signal: this.stop.signal });
  }

  get camera(): Camera {
    return this.current;
  }

  get viewport(): Viewport {
    return { width: this.canvas.clientWidth, height: this.canvas.clientHeight };
  }

  /** What the renderer is given; null while the canvas has no size. */
  get view(): View | null {
    const { viewport } = this;
    if (viewport.width === 0 || viewport.height === 0) return null;
    const most = LARGEST_PICTURE / Math.max(viewport.width, viewport.height);
    return viewOf(this.current, viewport, Math.min(window.devicePixelRatio, most));
  }

  /** Other points: seen by `camera`, or all of them in the picture. */
  show(points: PackedPoints, camera?: Camera): void {
    this.endGlide();
    this.walk.halt();
    this.controls.halt();
    this.points = points;
    this.renderer.setData(points);
    this.fitted = camera === undefined;
    this.chosen = camera !== undefined;
    this.change(camera ?? fittedCamera(points, this.viewport));
    this.controls.refresh();
  }

  /** The same points at new places: they glide there, and the camera with them. */
  glideTo(points: PackedPoints, options: GlideOptions = {}): void {
    const { milliseconds = GLIDE_TIME, units = 'own' } = options;
    this.renderer.setPacked(points, units);
    this.endGlide();
    const to = options.camera ?? this.cameraFor(points);
    this.points = points;
    const still = milliseconds <= 0 || prefersStillness();
    if (!sameCamera(this.current, to)) this.walk.start(this.current, to, still ? 0 : milliseconds);
    if (still) this.loop.move();
    else this.startGlide(milliseconds);
  }

  setColors(indices: Uint16Array): void {
    this.renderer.setColors(indices);
    this.loop.invalidate();
  }

  setPalette(colors: Uint8Array): void {
    this.renderer.setPalette(colors);
    this.loop.invalidate();
  }

  setMask(mask: Uint8Array): void {
    this.renderer.setMask(mask);
    this.loop.invalidate();
    this.controls.refresh();
  }

  setHighlighted(indices: ArrayLike<number>): void {
    this.renderer.setHighlighted(indices);
    this.loop.invalidate();
  }

  setStyle(style: PointStyle): void {
    this.renderer.setStyle(style);
    this.loop.invalidate();
  }

  /** Put the camera somewhere, a link's view for instance; `milliseconds` for a walk there. */
  setCamera(camera: Camera, milliseconds = 0): void {
    this.fitted = false;
    this.chosen = true;
    this.walk.start(this.current, camera, milliseconds);
  }

  /** Bring all points, or the chosen ones, into the picture, from the side it is seen from. */
  fit(chosen?: Chosen): void {
    if (this.points === null || this.walk.turning) return;
    this.controls.halt();
    this.fitted = chosen === undefined;
    const camera = fitPoints(this.current, this.points, this.viewport, chosen);
    this.chosen = !this.fitted || !this.seenFirst(camera);
    this.walk.start(this.current, camera, FIT_TIME);
  }

  pick(x: number, y: number, radius: number): number {
    return this.renderer.pick(x, y, radius);
  }

  placeOf(index: number): Vec3 | null {
    return this.points === null ? null : boxPlace(this.points, index);
  }

  /** Where a point is on screen; null where it has no position or lies behind the eye. */
  screenPlaceOf(index: number): ScreenPlace | null {
    const place = this.placeOf(index);
    const { view } = this;
    if (place === null || view === null) return null;
    const screen = project(view, place);
    return screen.w > 0 ? screen : null;
  }

  steer(camera: Camera): void {
    this.taken();
    this.change(camera);
  }

  taken(): void {
    this.fitted = false;
    this.chosen = true;
  }

  /** Draw again, for what the stage can't know of. */
  invalidate(): void {
    this.loop.invalidate();
  }

  dispose(): void {
    this.stop.abort();
    this.observer.disconnect();
    this.controls.dispose();
    this.loop.dispose();
    this.renderer.dispose();
  }

  private change(camera: Camera): void {
    if (camera.dimensions === 3 && camera.perspective > 0) this.lastRotation = camera.rotation;
    this.current = camera;
    this.loop.move();
    this.events.view?.(camera, this.chosen);
  }

  private turned(moving: boolean): void {
    this.events.moving?.(moving);
    if (!moving) this.controls.refresh();
  }

  /** The camera for a new layout of the same points. */
  private cameraFor(points: PackedPoints): Camera {
    const now = this.walk.to ?? this.current;
    if (points.dimensions !== now.dimensions) {
      const turned = withDimensions(now, points.dimensions);
      const seen = points.dimensions === 3 && this.lastRotation !== null;
      this.fitted = true;
      return fitPoints(
        seen ? { ...turned, rotation: this.lastRotation ?? turned.rotation } : turned,
        points,
        this.viewport,
      );
    }
    if (!this.fitted) return now;
    const fit = fitPoints(now, points, this.viewport);
    const shift = Math.hypot(...fit.target.map((value, axis) => value - (now.target[axis] ?? 0)));
    const calm = Math.abs(Math.log(fit.span / now.span)) < CALM && shift < CALM * now.span;
    return calm ? now : fit;
  }

  private seenFirst(camera: Camera): boolean {
    return sameCamera(camera, {
      ...firstCamera(camera.dimensions),
      target: camera.target,
      span: camera.span,
    });
  }

  private startGlide(milliseconds: number): void {
    this.renderer.setBlend(0);
    let passed = 0;
    this.glide = (elapsed) => {
      passed += elapsed;
      const fraction = Math.min(1, passed / milliseconds);
      this.renderer.setBlend(ease(fraction));
      return fraction < 1;
    };
    this.loop.start(this.glide);
  }

  private endGlide(): void {
    if (this.glide !== null) this.loop.stop(this.glide);
    this.glide = null;
  }

  private resized(): void {
    if (this.fitted && this.points !== null && this.walk.to === null) {
      this.change(fitPoints(this.current, this.points, this.viewport));
    } else {
      this.loop.invalidate();
    }
  }
}
