/**
 * Colours of categories.
 *
 * Up to 7 values: Okabe and Ito's palette (M. Okabe, K. Ito, "Color Universal Design", 2008,
 * https://jfly.uni-koeln.de/color/), without its black. 8 and 9: Paul Tol's "muted" scheme
 * (https://personal.sron.nl/~pault/, 2021). More: colours picked one after the other, each as far as it can
 * be from all before (C. A. Glasbey et al., "Colour displays for categorical images", Color Research &
 * Application 32(4), 2007, doi:10.1002/col.20327), here in OKLab, also as colour-blind eyes see it, with
 * limits of lightness that stand out on both backgrounds, and beginning with Okabe and Ito's. Hues are the
 * same in both themes; only lightness moves a little.
 */
import {
  asSeenBy,
  hexOfRgb,
  labOf,
  labOfLinear,
  linearOfLab,
  rgbOf,
  rgbOfHex,
  shown,
  type Lab,
  type Rgb,
} from './oklab';

export type Theme = 'light' | 'dark';

const OKABE_ITO = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#56b4e9', '#cc79a7', '#f0e442'];
const TOL_MUTED = [
  '#332288',
  '#cc6677',
  '#44aa99',
  '#ddcc77',
  '#882255',
  '#117733',
  '#88ccee',
  '#999933',
  '#aa4499',
];

/** The longer list begins with these: Okabe and Ito's, and four hues between them. */
const FIRST = [...OKABE_ITO.slice(0, 6), '#6d55b5', '#b3ab1c', '#a5263f', '#8a5a33'];

/** How many distinguishable colours there are; beyond, they repeat and the legend says so. */
export const DISTINCT = 120;

/**
 * Lightness is pressed together, never cut off, towards the background: what lies between the first two
 * comes to lie between the last two, so that a point stands out and no two colours become one.
 */
const PRESSED: Record<Theme, readonly [number, number, number, number]> = {
  light: [0.74, 0.93, 0.74, 0.82],
  dark: [0.3, 0.64, 0.53, 0.64],
};

/** Greys of missing values and of points without a colour column. */
const PLAIN: Record<Theme, { missing: string; single: string }> = {
  light: { missing: '#a3a8b0', single: '#3568c8' },
  dark: { missing: '#6b7280', single: '#6f9cf0' },
};

/** Colours of so many categories, the commonest first. */
export function categoryColors(total: number, theme: Theme): Rgb[] {
  const base = total <= 7 ? OKABE_ITO : total <= 9 ? TOL_MUTED : null;
  const colors = base === null ? distinctColors(Math.min(total, DISTINCT)) : base.map(rgbOfHex);
  return colors.slice(0, total).map((color) => onBackground(color, theme));
}

export function missingColor(theme: Theme): Rgb {
  return rgbOfHex(PLAIN[theme].missing);
}

/** The one hue of points that have no colour column. */
export function singleColor(theme: Theme): Rgb {
  return rgbOfHex(PLAIN[theme].single);
}

/** A colour as CSS wants it. */
export function css(color: Rgb): string {
  return hexOfRgb(color);
}

/** The same hue, its lightness moved to where it stands out from the background. */
export function onBackground(color: Rgb, theme: Theme): Rgb {
  const [from, to, low, high] = PRESSED[theme];
  const [lightness, a, b] = labOf(color);
  const moved = theme === 'light' ? lightness > from : lightness < to;
  if (!moved) return color;
  const fraction = Math.min(1, Math.max(0, (lightness - from) / (to - from)));
  return rgbOf([low + fraction * (high - low), a, b]);
}

let pool: Candidate[] | null = null;
const picked: Candidate[] = FIRST.map((hex) => candidate(rgbOfHex(hex)));

/** So many colours, each as far as possible from all before it: a longer list begins with a shorter. */
export function distinctColors(total: number): Rgb[] {
  pool ??= candidates();
  if (picked.length < total) pickApart(pool, picked, total);
  return picked.slice(0, total).map((one) => one.rgb);
}

interface Candidate {
  readonly rgb: Rgb;
  readonly normal: Lab;
  readonly protan: Lab;
  readonly deutan: Lab;
}

/** Colours that can be shown, of medium lightness and clear hue, on a grid of OKLab. */
function candidates(): Candidate[] {
  const found: Candidate[] = [];
  for (let lightness = 0.5; lightness <= 0.781; lightness += 0.056) {
    for (let a = -0.3; a <= 0.3; a += 0.025) {
      for (let b = -0.32; b <= 0.22; b += 0.025) {
        const chroma = Math.hypot(a, b);
        const lab: Lab = [lightness, a, b];
        if (chroma >= 0.06 && chroma <= 0.17 && shown(linearOfLab(lab))) {
          found.push(candidate(rgbOf(lab)));
        }
      }
    }
  }
  return found;
}

function candidate(rgb: Rgb): Candidate {
  const linear = linearOfLab(labOf(rgb));
  return {
    rgb,
    normal: labOf(rgb),
    protan: labOfLinear(asSeenBy('protan', linear)),
    deutan: labOfLinear(asSeenBy('deutan', linear)),
  };
}

function apart(a: Candidate, b: Candidate): number {
  const unseen = Math.min(hueApart(a.protan, b.protan), hueApart(a.deutan, b.deutan));
  return Math.min(hueApart(a.normal, b.normal), 0.04 + unseen * 1.5);
}

/** Lightness tells less between small discs than hue does, hence the weight. */
function hueApart(from: Lab, to: Lab): number {
  return Math.hypot((from[0] - to[0]) * 0.7, from[1] - to[1], from[2] - to[2]);
}

/** Append to `chosen`, up to `total`, the farthest of the pool each time. */
function pickApart(from: readonly Candidate[], chosen: Candidate[], total: number): void {
  const nearest = from.map((one) => Math.min(...chosen.map((other) => apart(one, other))));
  while (chosen.length < total) {
    let best = 0;
    nearest.forEach((value, index) => {
      if (value > (nearest[best] ?? 0)) best = index;
    });
    const next = from[best];
    if (next === undefined) return;
    chosen.push(next);
    from.forEach((one, index) => {
      nearest[index] = Math.min(nearest[index] ?? 0, apart(one, next));
    });
  }
}
