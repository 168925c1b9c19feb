/** Where the pointer is on the x axis: one place for all charts, so that they can be compared. */
class Crosshair {
  /** In units of x; null where no chart is pointed at. */
  x = $state<number | null>(null);
  /** The chart that is pointed at. */
  key = $state<string | null>(null);
}

export const crosshair = new Crosshair();
