import { Stage } from '../../src/interact/stage';
import { orbit } from '../../src/math/camera';
import { palette } from '../synthetic';
import { finisher, type MakeSide } from './side';

export const make: MakeSide = (container, data) => {
  const canvas = document.createElement('canvas');
  container.append(canvas);
  let drawn = 0;
  const stage = new Stage(canvas, { report: (report) => (drawn = report.drawn) });
  const colors = data.now.colors.map((color) => (color + 3) % 10);
  const mask = Uint8Array.from({ length: data.count }, (_, point) => point & 1);
  let forth = false;
  const frame = (): void => {
    if (stage.view !== null) drawn = stage.renderer.frame(stage.view, true).drawn;
  };
  return {
    show() {
      stage.show(data.now.points);
      stage.setPalette(palette());
      stage.setColors(data.now.colors);
      stage.setStyle({
        size: data.size,
        opacity: 1,
        filtered: 'hide',
        background: [1, 1, 1],
        depthCue: true,
      });
      frame();
    },
    turn: (step) => stage.steer(orbit(stage.camera, step, 0, stage.viewport)),
    recolor() {
      stage.renderer.setColors(forth ? data.now.colors : colors);
      forth = !forth;
      frame();
    },
    filter() {
      stage.renderer.setMask(mask);
      frame();
    },
    move() {
      stage.renderer.setPacked(forth ? data.now.points : data.next.points);
      forth = !forth;
      frame();
    },
    pick: (x, y) => stage.pick(x, y, 6),
    complete: () => drawn === data.count,
    finish: finisher(() => canvas),
  };
};
