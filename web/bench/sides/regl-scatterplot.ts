// @ts-nocheck: measured through its public functions.
import createScatterplot from 'regl-scatterplot';
import { finisher, type MakeSide } from './side';

const HUES = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#56b4e9', '#cc79a7'];

export const make: MakeSide = (container, data) => {
  const canvas = document.createElement('canvas');
  container.append(canvas);
  const columns = ({ coordinates, colors }, shift = 0) => {
    const column = (axis) => Float32Array.from(colors, (_, i) => coordinates[3 * i + axis]);
    const z = Float32Array.from(colors, (color) => (color + shift) % 6);
    return { x: column(0), y: column(1), z };
  };
  const all = [columns(data.now), columns(data.now, 3), columns(data.next)];
  const half = Uint32Array.from({ length: data.count >> 1 }, (_, i) => 2 * i);
  let plot;
  let offset = 0;
  let forth = 0;
  const draw = (points) => plot.draw(points, { zDataType: 'categorical' });
  return {
    async show() {
      plot = createScatterplot({
        canvas,
        width: 1280,
        height: 800,
        backgroundColor: '#ffffff',
        pointColor: HUES,
        colorBy: 'valueA',
        pointSize: data.size,
        opacity: 1,
      });
      await draw(all[0]);
    },
    turn(step) {
      offset += step * 0.0005;
      plot.view([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, Math.sin(offset), 0, 0, 1]);
    },
    recolor: () => draw(all[++forth % 2]),
    filter: () => plot.filter(half),
    move: () => draw(all[++forth % 2 ? 2 : 0]),
    complete: () => true,
    finish: finisher(() => canvas),
  };
};
