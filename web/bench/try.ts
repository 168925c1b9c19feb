/** The map alone with made-up points, to try by hand: `npx vite bench` in web/, then /try.html. */
import { reportWords } from '../src/gpu/loop';
import { FLAG } from '../src/gpu/types';
import { Stage } from '../src/interact/stage';
import { clusters, palette, type Synthetic } from './synthetic';

const form = document.querySelector('form')!;
const output = document.querySelector('output')!;
const fields = form.elements as unknown as Record<string, HTMLSelectElement>;
let dimensions: 2 | 3 = 3;
let seed = 1;
let data: Synthetic;
let hovered = -1;

const stage = new Stage(document.querySelector('canvas')!, {
  hover(index) {
    if (index !== hovered) stage.setHighlighted(index < 0 ? [] : [index]);
    hovered = index;
  },
  report(report) {
    const words = reportWords(report);
    output.value = `${words} ${report.milliseconds.toFixed(0)} ms`;
  },
});

function style(): void {
  const dark = fields['theme']!.value === 'dark';
  const count = Number(fields['count']!.value);
  stage.setStyle({
    size: Math.max(1.5, 4 * (8000 / count) ** 0.2),
    opacity: dimensions === 3 ? 1 : 0.8,
    filtered: fields['filter']!.value === 'hide' ? 'hide' : 'dim',
    background: dark ? [0.067, 0.078, 0.098] : [1, 1, 1],
    depthCue: true,
  });
}

function filter(): void {
  const some = fields['filter']!.value !== '';
  stage.setMask(Uint8Array.from(data.colors, (c) => (some && c !== 2 ? FLAG.filteredOut : 0)));
  style();
}

function load(): void {
  data = clusters(Number(fields['count']!.value), dimensions, seed);
  stage.show(data.points);
  stage.setPalette(palette());
  stage.setColors(data.colors);
  filter();
}

function glide(): void {
  data = clusters(Number(fields['count']!.value), dimensions, seed);
  stage.glideTo(data.points);
  style();
}

fields['count']!.addEventListener('change', load);
fields['theme']!.addEventListener('change', style);
fields['filter']!.addEventListener('change', filter);
fields['dimensions']!.addEventListener('click', () => {
  dimensions = dimensions === 3 ? 2 : 3;
  glide();
});
fields['glide']!.addEventListener('click', () => {
  seed++;
  glide();
});
load();
