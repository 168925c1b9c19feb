/**
 * What a renderer is to the rest of the page. WebGL2 stands behind it; anything better may too.
 *
 * All per-point arrays are in draw order (a fixed shuffle), so that any prefix is a fair sample.
 */

/** Positions as they came from the server: 16-bit, four to a point, one box for all axes. */
export interface PackedPoints {
  readonly count: number;
  readonly dimensions: 2 | 3;
  /** x, y, z, w of each point, 4 * count values; w = 0 marks a row without a position. */
  readonly positions: Uint16Array;
  /** Centre of the box in layout units. */
  readonly center: readonly [number, number, number];
  /** Half the box's side, the same on every axis. */
  readonly half: number;
}

/** Bits of the mask byte of each point. */
export const FLAG = { filteredOut: 1, selected: 2, highlighted: 4 } as const;

/** A camera as a column-major matrix; made by `viewOf` of `math/camera.ts`. */
export interface View {
  /** Box coordinates (-1..1 on each axis) to clip space; w is 1 at the depth of the camera's target. */
  readonly matrix: Float32Array;
  readonly dimensions: 2 | 3;
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly pixelRatio: number;
  /** How much larger points are drawn than the style says: they grow a little with the zoom. */
  readonly magnification: number;
  /** Half the picture's height at the target, in box units. */
  readonly span: number;
  /** Where depth begins and ends, in box units beyond the target's depth. */
  readonly near: number;
  readonly far: number;
}

export interface PointStyle {
  /** Diameter in CSS pixels at the target's depth, 1 to 64. */
  readonly size: number;
  /** 0..1; below 1 points blend. */
  readonly opacity: number;
  /** What becomes of points that are filtered out. */
  readonly filtered: 'dim' | 'hide';
  /** Background as RGB, 0..1: what dimming fades towards. */
  readonly background: readonly [number, number, number];
  /** Shade by depth (eye-dome lighting, and far points paler), in 3-D. */
  readonly depthCue: boolean;
  /** A faint floor, in 3-D; drawn where this is missing. */
  readonly floor?: boolean;
}

export interface FrameReport {
  /** Points drawn so far in the picture on screen, out of `total`. */
  readonly drawn: number;
  readonly total: number;
  /** Milliseconds from the call until the GPU was done, as far as it can be known. */
  readonly milliseconds: number;
}

/**
 * How old positions are drawn in the new box: `own`, each layout fills its own box, so that nothing jumps when
 * layouts of different sizes follow each other; `shared`, both are in the same units.
 */
export type Units = 'own' | 'shared';

export interface Renderer {
  /** New points: allocates. */
  setData(points: PackedPoints): void;
  /**
   * New positions of as many points: an upload, nothing else. What is on screen becomes the old end of the
   * glide. `units`: what the two boxes have to do with each other, see Units.
   */
  setPacked(points: PackedPoints, units?: Units): void;
  /** Start of a glide: draw between the last positions and the present ones; 0 is old, 1 is new. */
  setBlend(fraction: number): void;
  /** Palette index of each point. */
  setColors(indices: Uint16Array): void;
  /** RGBA bytes, 4 to an entry, up to 65,536 entries. */
  setPalette(colors: Uint8Array): void;
  /** Flags of each point, see FLAG. */
  setMask(mask: Uint8Array): void;
  /**
   * Points to mark with a larger ring besides those flagged in the mask: hovered and pinned ones. Costs nothing
   * but a few rings, whatever the number of points.
   */
  setHighlighted(indices: ArrayLike<number>): void;
  setStyle(style: PointStyle): void;
  /** Draw. `moving`: as many points as fit the budget; at rest the remainder fills in over frames. */
  frame(view: View, moving: boolean): FrameReport;
  /** Index in draw order of the point drawn nearest to a place in CSS pixels, or -1. */
  pick(x: number, y: number, radius: number): number;
  /** How long the page took from one frame to the next while moving: what the eye sees of the load. */
  pace(milliseconds: number): void;
  /** Called when the context is lost and when it is back (everything is uploaded again by then). */
  onContext(callback: (state: 'lost' | 'restored') => void): void;
  dispose(): void;
}

/** Why nothing can be drawn, in words for the middle of the screen. */
export class CannotDraw extends Error {}
