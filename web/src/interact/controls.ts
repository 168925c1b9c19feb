/** Pointer, wheel and keys on the map, turned into cameras, hovers and clicks. */
import type { DrawLoop } from '../gpu/loop';
import { centerOn, orbit, pan, placeAt, zoom, type Camera, type Viewport } from '../math/camera';
import type { Vec3 } from '../math/vector';
import { keyAction } from './keys';
import { Momentum } from './momentum';
import { Pointers, type ClickPlace } from './pointers';
import { prefersStillness, type Walk } from './walk';

/** What the controls act on. */
export interface ControlHost {
  readonly camera: Camera;
  readonly viewport: Viewport;
  /** A new camera, by somebody's hand. */
  steer(camera: Camera): void;
  /** Somebody took the camera in hand: it is no longer where the page put it. */
  taken(): void;
  /** Point under a place in CSS pixels, or -1. */
  pick(x: number, y: number, radius: number): number;
  /** Where a point lies, in box units. */
  placeOf(index: number): Vec3 | null;
  fit(): void;
}

export interface ControlEvents {
  /** The point under the pointer, or -1; CSS pixels within the element. */
  hover?(index: number, x: number, y: number): void;
  /** The point clicked, or -1. */
  click?(index: number, place: ClickPlace): void;
}

/** CSS pixels round the pointer in which a point counts. */
const REACH = { hover: 6, touch: 16 } as const;
const WHEEL_SPEED = 0.0016;
const PINCH_SPEED = 0.01;
const CENTER_TIME = 280;

export class Controls {
  private readonly momentum = new Momentum();
  private readonly pointers: Pointers;
  private readonly stop = new AbortController();
  private hovered: { x: number; y: number } | null = null;
  private current = -1;

  constructor(
    private readonly element: HTMLElement,
    private readonly host: ControlHost,
    private readonly loop: DrawLoop,
    private readonly walk: Walk,
    private readonly events: ControlEvents = {},
  ) {
    const { signal } = this.stop;
    this.pointers = new Pointers(element, {
      grab: () => this.halt(),
      drag: this.drag,
      pinch: this.pinch,
      release: this.release,
      click: (place) => this.events.click?.(this.under(place), place),
      doubleClick: this.center,
      hover: this.point,
      leave: () => this.leave(),
    });
    element.addEventListener('wheel', this.wheel, { signal, passive: false });
    element.addEventListener('keydown', this.key, { signal });
  }

  /** Stop what runs by itself: a flick running out, a walk to a point. */
  halt(): void {
    this.momentum.stop();
    this.loop.stop(this.run);
    if (!this.walk.turning) this.walk.halt();
  }

  /** Look again what lies under the resting pointer: after a movement, or when points have changed. */
  refresh(): void {
    if (this.hovered !== null && !this.pointers.busy) this.loop.start(this.look);
  }

  dispose(): void {
    this.halt();
    this.loop.stop(this.look);
    this.stop.abort();
    this.pointers.dispose();
  }

  private readonly drag = (dx: number, dy: number, secondary: boolean): void => {
    if (this.walk.turning) return;
    const { camera, viewport } = this.host;
    const turns = camera.dimensions === 3 && !secondary;
    this.host.steer(turns ? orbit(camera, dx, dy, viewport) : pan(camera, dx, dy, viewport));
  };

  private readonly release = (vx: number, vy: number, secondary: boolean): void => {
    if (this.walk.turning || prefersStillness()) return;
    const turns = this.host.camera.dimensions === 3 && !secondary;
    this.momentum.fling(turns ? 'orbit' : 'pan', vx, vy);
    this.go();
  };

  private readonly pinch = (dx: number, dy: number, factor: number, x: number, y: number): void => {
    if (this.walk.turning) return;
    const { camera, viewport } = this.host;
    const moved = pan(camera, dx, dy, viewport);
    this.host.steer(zoom(moved, factor, placeAt(moved, x, y, viewport)));
  };

  private readonly wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1;
    const pages = event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? this.host.viewport.height : 1;
    const delta = Math.min(240, Math.max(-240, event.deltaY * lines * pages));
    const speed = event.ctrlKey ? PINCH_SPEED : WHEEL_SPEED; // a trackpad's pinch comes with control
    const box = this.element.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    this.momentum.zoom(Math.exp(-delta * speed), this.anchor(x, y));
    this.go();
  };

  /** What a zoom holds still: the point under the pointer, or the place at the target's depth. */
  private anchor(x: number, y: number): Vec3 {
    const { camera, viewport } = this.host;
    const near = this.current >= 0 ? this.host.placeOf(this.current) : null;
    return near ?? placeAt(camera, x, y, viewport);
  }

  private readonly key = (event: KeyboardEvent): void => {
    const action = keyAction(event, this.host.camera.dimensions);
    if (action === null) return;
    event.preventDefault();
    if (action.kind === 'fit') {
      this.host.fit();
      return;
    }
    if (action.kind === 'zoom') this.momentum.zoom(action.factor);
    else this.momentum[action.kind](action.dx, action.dy);
    this.go();
  };

  private readonly center = (place: ClickPlace): void => {
    const index = this.under(place);
    const target = index < 0 ? null : this.host.placeOf(index);
    if (target === null) return;
    this.host.taken();
    this.walk.start(this.host.camera, centerOn(this.host.camera, target), CENTER_TIME);
  };

  private under(place: ClickPlace): number {
    return this.host.pick(place.x, place.y, place.touch ? REACH.touch : REACH.hover);
  }

  /** Make the movements asked for: gently, or at once where motion is not wanted. */
  private go(): void {
    if (this.walk.turning) {
      this.momentum.stop();
      return;
    }
    this.walk.halt();
    if (!prefersStillness()) {
      this.loop.start(this.run);
      return;
    }
    this.host.steer(this.momentum.step(this.host.camera, this.host.viewport, Infinity));
    this.momentum.stop();
  }

  private readonly run = (elapsed: number): boolean => {
    this.host.steer(this.momentum.step(this.host.camera, this.host.viewport, elapsed));
    return !this.momentum.resting;
  };

  private readonly point = (x: number, y: number): void => {
    this.hovered = { x, y };
    this.loop.start(this.look);
  };

  /** At most once a frame, however fast the pointer moves. */
  private readonly look = (): boolean => {
    if (this.hovered === null) return false;
    const { x, y } = this.hovered;
    this.current = this.host.pick(x, y, REACH.hover);
    this.events.hover?.(this.current, x, y);
    return false;
  };

  private leave(): void {
    this.hovered = null;
    this.current = -1;
    this.loop.stop(this.look);
    this.events.hover?.(-1, 0, 0);
  }
}
