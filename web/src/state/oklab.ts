/**
 * OKLab: a colour space in which distances are about as large as they look.
 *
 * References: B. Ottosson, "A perceptual color space for image processing", 2020,
 * https://bottosson.github.io/posts/oklab/ ; G. M. Machado, M. M. Oliveira, L. A. F. Fernandes,
 * "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009,
 * doi:10.1109/TVCG.2009.113 (matrices of severity 1.0).
 */

/** Red, green, blue; 0..1. */
export type Rgb = readonly [number, number, number];
/** Lightness 0..1 and two colour axes, about -0.4..0.4. */
export type Lab = readonly [number, number, number];

/** sRGB's transfer curve undone. */
export function toLinear([r, g, b]: Rgb): Rgb {
  const undo = (v: number): number =>
    v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
  return [undo(r), undo(g), undo(b)];
}

/** sRGB's transfer curve. */
export function fromLinear([r, g, b]: Rgb): Rgb {
  const apply = (v: number): number =>
    v <= 0.0031308 ? 12.92 * v : 1.055 * Math.pow(v, 1 / 2.4) - 0.055;
  return [apply(r), apply(g), apply(b)];
}

export function labOfLinear([r, g, b]: Rgb): Lab {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** May lie outside 0..1 where the colour can't be shown. */
export function linearOfLab([lightness, a, b]: Lab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

export function labOf(rgb: Rgb): Lab {
  return labOfLinear(toLinear(rgb));
}

/** The nearest sRGB colour of the same lightness and hue: chroma is lowered until it can be shown. */
export function rgbOf(lab: Lab): Rgb {
  let low = 0;
  let high = 1;
  if (shown(linearOfLab(lab))) low = 1;
  for (let round = 0; low < 1 && round < 24; round++) {
    const middle = (low + high) / 2;
    if (shown(linearOfLab([lab[0], lab[1] * middle, lab[2] * middle]))) low = middle;
    else high = middle;
  }
  const [r, g, b] = fromLinear(linearOfLab([lab[0], lab[1] * low, lab[2] * low]));
  return [clamp(r), clamp(g), clamp(b)];
}

/** Whether a linear colour can be shown in sRGB. */
export function shown([r, g, b]: Rgb): boolean {
  const slack = 1e-4;
  return [r, g, b].every((v) => v >= -slack && v <= 1 + slack);
}

export function distance(a: Lab, b: Lab): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** How a linear colour looks to people without red (protan) or green (deutan) cones. */
export function asSeenBy(kind: 'protan' | 'deutan', [r, g, b]: Rgb): Rgb {
  return kind === 'protan'
    ? [
        0.152286 * r + 1.052583 * g - 0.204868 * b,
        0.114503 * r + 0.786281 * g + 0.099216 * b,
        -0.003882 * r - 0.048116 * g + 1.051998 * b,
      ]
    : [
        0.367322 * r + 0.860646 * g - 0.227968 * b,
        0.280085 * r + 0.672501 * g + 0.047413 * b,
        -0.01182 * r + 0.04294 * g + 0.968881 * b,
      ];
}

/** `#rrggbb` as 0..1. */
export function rgbOfHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

export function hexOfRgb(rgb: Rgb): string {
  return `#${rgb.map((v) => byte(v).toString(16).padStart(2, '0')).join('')}`;
}

/** 0..1 as 0..255. */
export function byte(value: number): number {
  return Math.round(clamp(value) * 255);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
