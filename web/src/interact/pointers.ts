/** Fingers and mouse buttons on an element, as drags, pinches and clicks. */

export interface PointerActions {
  /** A pointer went down: what runs by itself stops. */
  grab(): void;
  /** `secondary`: with the right or middle button, or shift. */
  drag(dx: number, dy: number, secondary: boolean): void;
  /** Two fingers: their middle moved by (dx, dy) and is at (x, y), their distance changed by a factor. */
  pinch(dx: number, dy: number, factor: number, x: number, y: number): void;
  /** A drag ended at so many CSS pixels a millisecond. */
  release(vx: number, vy: number, secondary: boolean): void;
  click(place: ClickPlace): void;
  doubleClick(place: ClickPlace): void;
  /** The pointer rests or moves over the element, no button down. */
  hover(x: number, y: number): void;
  leave(): void;
}

/** Where a click went, in CSS pixels of the element, and with what. */
export interface ClickPlace {
  readonly x: number;
  readonly y: number;
  readonly touch: boolean;
  readonly shift: boolean;
  readonly control: boolean;
}

interface Finger {
  x: number;
  y: number;
}

/** CSS pixels within which a press is a click and no drag. */
const CLICK_REACH = { mouse: 4, touch: 10 } as const;
const DOUBLE_CLICK = 350;
/** Speed at release is that of the last so many milliseconds. */
const SPEED_WINDOW = 80;

export class Pointers {
  private readonly fingers = new Map<number, Finger>();
  private dragging = false;
  private secondary = false;
  private began: Finger = { x: 0, y: 0 };
  private trail: { x: number; y: number; time: number }[] = [];
  private lastClick: ClickPlace & { time: number } = { ...NO_CLICK, time: -Infinity };
  private readonly stop = new AbortController();

  constructor(
    private readonly element: HTMLElement,
    private readonly actions: PointerActions,
  ) {
    const { signal } = this.stop;
    element.addEventListener('pointerdown', this.down, { signal });
    element.addEventListener('pointermove', this.move, { signal });
    element.addEventListener('pointerup', this.up, { signal });
    element.addEventListener('pointercancel', this.cancel, { signal });
    element.addEventListener('lostpointercapture', this.cancel, { signal });
    element.addEventListener('pointerleave', this.left, { signal });
    element.addEventListener('contextmenu', prevent, { signal });
    element.style.touchAction = 'none';
  }

  /** Whether a drag or pinch is under way. */
  get busy(): boolean {
    return this.dragging;
  }

  dispose(): void {
    this.stop.abort();
    this.fingers.clear();
  }

  private readonly down = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse' && this.fingers.size > 0) return;
    const place = this.placeOf(event);
    this.fingers.set(event.pointerId, place);
    // An event made by a script has no pointer to hold on to.
    if (event.isTrusted) this.element.setPointerCapture(event.pointerId);
    this.actions.grab();
    if (this.fingers.size === 1) {
      this.began = { ...place };
      this.dragging = false;
      this.secondary = event.button !== 0 || event.shiftKey;
      this.trail = [{ ...place, time: event.timeStamp }];
    } else {
      this.dragging = true; // two fingers are never a click
    }
  };

  private readonly move = (event: PointerEvent): void => {
    const finger = this.fingers.get(event.pointerId);
    const place = this.placeOf(event);
    if (finger === undefined) {
      if (event.pointerType !== 'touch') this.actions.hover(place.x, place.y);
      return;
    }
    if (this.fingers.size === 1) this.dragTo(finger, place, event);
    else this.pinchTo(finger, place);
  };

  private dragTo(finger: Finger, place: Finger, event: PointerEvent): void {
    const away = Math.hypot(place.x - this.began.x, place.y - this.began.y);
    if (!this.dragging && away < reachOf(event)) return;
    if (!this.dragging) this.actions.leave();
    this.dragging = true;
    this.actions.drag(place.x - finger.x, place.y - finger.y, this.secondary);
    Object.assign(finger, place);
    this.trail.push({ ...place, time: event.timeStamp });
    this.trail = this.trail.filter(({ time }) => event.timeStamp - time <= SPEED_WINDOW);
  }

  private pinchTo(finger: Finger, place: Finger): void {
    const [one, two] = [...this.fingers.values()];
    if (one === undefined || two === undefined) return;
    const before = middleOf(one, two);
    Object.assign(finger, place);
    const after = middleOf(one, two);
    const factor = after.apart / Math.max(1, before.apart);
    this.actions.pinch(after.x - before.x, after.y - before.y, factor, after.x, after.y);
  }

  private readonly up = (event: PointerEvent): void => {
    const known = this.fingers.delete(event.pointerId);
    if (!known) return;
    const [left] = this.fingers.values();
    if (left !== undefined) {
      this.trail = []; // the finger that stays drags on, without a jump or a flick
      return;
    }
    if (this.dragging) this.finish(event);
    else if (!this.secondary || event.shiftKey) this.clicked(event);
    this.dragging = false;
  };

  private finish(event: PointerEvent): void {
    const [first] = this.trail;
    const last = this.trail.at(-1);
    if (first === undefined || last === undefined) return;
    const time = Math.max(16, event.timeStamp - first.time);
    this.actions.release((last.x - first.x) / time, (last.y - first.y) / time, this.secondary);
  }

  private clicked(event: PointerEvent): void {
    const { x, y } = this.placeOf(event);
    const place: ClickPlace = {
      x,
      y,
      touch: event.pointerType === 'touch',
      shift: event.shiftKey,
      control: event.ctrlKey || event.metaKey,
    };
    const { lastClick } = this;
    const near = Math.hypot(x - lastClick.x, y - lastClick.y) < 2 * reachOf(event);
    const double = near && event.timeStamp - lastClick.time < DOUBLE_CLICK;
    this.lastClick = { ...place, time: double ? -Infinity : event.timeStamp };
    if (double) this.actions.doubleClick(place);
    else this.actions.click(place);
  }

  private readonly cancel = (event: PointerEvent): void => {
    if (this.fingers.delete(event.pointerId) && this.fingers.size === 0) this.dragging = false;
  };

  private readonly left = (event: PointerEvent): void => {
    if (!this.fingers.has(event.pointerId)) this.actions.leave();
  };

  private placeOf(event: PointerEvent): Finger {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}

const NO_CLICK: ClickPlace = { x: 0, y: 0, touch: false, shift: false, control: false };

function prevent(event: Event): void {
  event.preventDefault();
}

function reachOf(event: PointerEvent): number {
  return event.pointerType === 'touch' ? CLICK_REACH.touch : CLICK_REACH.mouse;
}

function middleOf(a: Finger, b: Finger): { x: number; y: number; apart: number } {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
}
