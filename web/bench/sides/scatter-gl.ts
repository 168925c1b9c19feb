// @ts-nocheck: it hands out no types for its inside, which the camera needs.
import { Dataset, ScatterGL } from 'scatter-gl';
import { finisher, type MakeSide } from './side';

const HUES = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#56b4e9', '#cc79a7'];

export const make: MakeSide = (container, data) => {
  const rows = ({ coordinates, colors }) =>
    Array.from(colors, (_, i) => [
      coordinates[3 * i],
      coordinates[3 * i + 1],
      coordinates[3 * i + 2],
    ]);
  const datasets = [data.now, data.next].map((one) => new Dataset(rows(one)));
  let plot;
  let shift = 0;
  let forth = 0;
  const colorer = (index) => HUES[(data.now.colors[index] + shift) % 6];
  const canvas = () => container.querySelector('canvas');
  return {
    show() {
      plot = new ScatterGL(container, { pointColorer: colorer, rotateOnStart: false });
      plot.render(datasets[0]);
    },
    turn(step) {
      const { camera } = plot.scatterPlot;
      const angle = step * 0.004;
      const { x, z } = camera.position;
      camera.position.x = x * Math.cos(angle) + z * Math.sin(angle);
      camera.position.z = z * Math.cos(angle) - x * Math.sin(angle);
      camera.lookAt(0, 0, 0);
      plot.scatterPlot.render();
    },
    recolor() {
      shift += 3;
      plot.setPointColorer(colorer);
      plot.scatterPlot.render();
    },
    move: () => plot.updateDataset(datasets[++forth % 2]),
    pick(x, y) {
      const event = new MouseEvent('mousemove', { clientX: x, clientY: y, bubbles: true });
      canvas().dispatchEvent(event);
    },
    complete: () => true,
    finish: finisher(canvas),
  };
};
