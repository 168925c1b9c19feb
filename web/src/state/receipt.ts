/** What a picture is and how far it can be believed, in sentences. */
import type { EmbeddingSetDetail, ReceiptInfo, SetLayout } from '../wire/types';
import { layoutTitle, methodTitle } from './layouts';
import { count, counted, duration, number, percent } from './words';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What each method promises, and what it doesn't. */
const MEANING: Readonly<Record<string, string>> = {
  pca: 'A straight shadow of the vectors: the directions along which they vary most. Distances are true along the axes and hidden across them; points that look close may be far apart.',
  tsne: 'Neighbours are kept together. Which groups exist can be believed; how large they look and how far apart they are cannot.',
  umap: 'Neighbours are kept together. Which groups exist can be believed; distances between groups only roughly.',
  axes: 'Your own directions: each axis runs from the mean of some points to the mean of others. What lies across them is not seen.',
  logged: 'Coordinates that the script logged. How they were made is not recorded here.',
};

/** One line under the picture: the most telling measure first. */
export function receiptLine(layout: SetLayout, detail: EmbeddingSetDetail): string {
  const receipt = layout.receipt;
  const parts = [`${layoutTitle(layout)}, ${dimensionWords(layout.dim)}`];
  if (receipt === null) {
    if (layout.method === 'logged') parts.push('logged by the script');
    return parts.join(' · ');
  }
  const variance = varianceKept(receipt);
  if (variance === 0) parts.push('all vectors are equal');
  else if (variance !== null) parts.push(`keeps ${percent(variance)} of the variance`);
  const loss = measure(receipt, ['kl_divergence', 'kl']);
  if (loss !== null) parts.push(`KL ${number(loss)}`);
  const entropy = measure(receipt, ['cross_entropy']);
  if (entropy !== null) parts.push(`cross entropy ${number(entropy)}`);
  const neighbors = receipt.parameters['n_neighbors'];
  if (typeof neighbors === 'number') parts.push(counted(neighbors, 'neighbour'));
  const perplexity = receipt.parameters['perplexity'];
  if (typeof perplexity === 'number') parts.push(`perplexity ${number(perplexity)}`);
  if (receipt.rows_left_out > 0) parts.push(`${counted(receipt.rows_left_out, 'row')} left out`);
  else if (receipt.rows < detail.rows) parts.push(`from ${counted(receipt.rows, 'row')}`);
  return parts.join(' · ');
}

export function meaning(layout: SetLayout): string {
  return MEANING[layout.method] ?? `A picture made by ${methodTitle(layout.method)}.`;
}

/** Everything the receipt says, as name and value. */
export function receiptFacts(layout: SetLayout, detail: EmbeddingSetDetail): Fact[] {
  const facts: Fact[] = [
    { name: 'Method', value: `${layoutTitle(layout)}, ${dimensionWords(layout.dim)}` },
    { name: 'Made from', value: `${count(detail.rows)} × ${count(detail.dim)} ${detail.dtype}` },
  ];
  const receipt = layout.receipt;
  if (layout.axes !== null) facts.push({ name: 'Axes', value: layout.axes.join(', ') });
  if (receipt === null) return facts;
  const variance = varianceKept(receipt);
  if (variance !== null) facts.push({ name: 'Variance kept', value: percent(variance) });
  if (receipt.preprocess.length > 0) {
    facts.push({ name: 'Before it', value: receipt.preprocess.join(', ') });
  }
  facts.push(...qualityFacts(receipt));
  for (const [name, value] of Object.entries(receipt.measures)) {
    const known = typeof value === 'number' && !VARIANCE.includes(name) && !QUALITY.includes(name);
    if (known) facts.push({ name: titleOf(name), value: measureWords(name, value) });
  }
  for (const [name, value] of Object.entries(receipt.parameters)) {
    if (name !== 'n_components' && name !== 'axes')
      facts.push({ name: titleOf(name), value: valueWords(value) });
  }
  facts.push({ name: 'Seed', value: String(receipt.seed) });
  facts.push({ name: 'Rows', value: rowWords(receipt) });
  facts.push({ name: 'Took', value: duration(receipt.seconds) });
  if (receipt.peak_memory !== null) {
    facts.push({
      name: 'Memory',
      value: `up to ${count(Math.round(receipt.peak_memory / 2 ** 20))} MiB`,
    });
  }
  const versions = Object.entries(receipt.versions).map(([name, version]) => `${name} ${version}`);
  if (versions.length > 0) facts.push({ name: 'Made with', value: versions.join(', ') });
  facts.push({ name: 'Data', value: receipt.data.slice(0, 16) });
  return facts;
}

/** What isn't exact about the picture; one sentence says so where everything is. */
export function approximationLines(layout: SetLayout): readonly string[] {
  if (layout.receipt === null) return [];
  const { approximations, preprocessed } = layout.receipt;
  const first = preprocessed === null ? [] : [preprocessed];
  const rest =
    approximations.length > 0 ? approximations : ['Nothing was sampled or approximated.'];
  return [...first, ...rest];
}

export function dimensionWords(dim: number): string {
  return `${dim}-D`;
}

const QUALITY = ['trustworthiness', 'continuity', 'neighbors_kept', 'distance_correlation'];

/** Each figure with its standard error and what a picture that knows nothing would have. */
function qualityFacts(receipt: ReceiptInfo): Fact[] {
  const errors = numbersOf(receipt.measures['quality_errors']);
  const chance = numbersOf(receipt.measures['quality_by_chance']);
  return QUALITY.flatMap((name) => {
    const value = receipt.measures[name];
    if (typeof value !== 'number') return [];
    const words = (one: number): string => measureWords(name, one);
    const error = errors[name];
    const random = chance[name];
    const off = typeof error === 'number' && error > 0 ? ` ± ${words(error)}` : '';
    const other = typeof random === 'number' ? `; a random picture has ${words(random)}` : '';
    return [{ name: titleOf(name), value: `${words(value)}${off}${other}` }];
  });
}

function numbersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

const VARIANCE = ['explained_variance_ratio', 'variance_kept'];

/** The fraction of the variance the axes hold; a list of fractions is summed. */
export function varianceKept(receipt: ReceiptInfo): number | null {
  for (const name of VARIANCE) {
    const value = receipt.measures[name];
    if (typeof value === 'number' && value <= 1.000001) return Math.min(1, value);
    if (Array.isArray(value) && value.every((one) => typeof one === 'number')) {
      const sum = value.reduce((total: number, one: number) => total + one, 0);
      if (sum <= 1.000001) return Math.min(1, sum);
    }
  }
  return null;
}

function measure(receipt: ReceiptInfo, names: readonly string[]): number | null {
  for (const name of names) {
    const value = receipt.measures[name];
    if (typeof value === 'number') return value;
  }
  return null;
}

const FRACTIONS = ['recall', 'trustworthiness', 'continuity', 'neighbors_kept'];

function measureWords(name: string, value: number): string {
  return FRACTIONS.some((part) => name.includes(part)) ? percent(value) : number(value);
}

const TITLES: Readonly<Record<string, string>> = {
  kl_divergence: 'KL divergence',
  kl: 'KL divergence',
  neighbors_kept: 'Neighbours kept',
  distance_correlation: 'Distances follow',
  max_iter: 'Iterations',
  n_neighbors: 'Neighbours',
  min_dist: 'Least distance',
  n_epochs: 'Epochs asked for',
  epochs: 'Epochs done',
  negative_sample_rate: 'Negative samples',
  repulsion_strength: 'Repulsion',
  init: 'Beginning',
};

function titleOf(name: string): string {
  return TITLES[name] ?? words(name);
}

function words(name: string): string {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function valueWords(value: unknown): string {
  if (typeof value === 'number') return number(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function rowWords(receipt: ReceiptInfo): string {
  if (receipt.rows_left_out === 0) return count(receipt.rows);
  return `${count(receipt.rows)}, ${count(receipt.rows_left_out)} left out`;
}
