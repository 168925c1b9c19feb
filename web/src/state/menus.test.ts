import { describe, expect, it } from 'vitest';

import type { Job, MethodInfo, ParameterInfo, SetColumn, SetLayout } from '../wire/types';
import { colorable, colorWords, grouped, scaleOf, scales } from './columns';
import { emptyForm, formErrors, preprocessingOf, requestOf, switchMethod } from './form';
import { jobWords, progressOf } from './jobs';
import { chosenLayout, counterpart, layoutGroups, wishedLayout, wishOf } from './layouts';
import { receiptFacts, receiptLine } from './receipt';
import { mapSummary, shownWords } from './summary';
import { column, detail, layout, receipt } from './testing/records';

describe('columns', () => {
  const cases: [Partial<SetColumn>, string, string | undefined][] = [
    [{ type: 'category', distinct: 4 }, '4 colours', 'category'],
    [{ type: 'category', distinct: 1 }, '1 colour', 'category'],
    [{ type: 'text', distinct: 8000 }, '8,000 values', 'category'],
    [{ type: 'integer', distinct: 10 }, '10 colours', 'category'],
    [{ type: 'integer', distinct: 90 }, 'gradient', 'gradient'],
    [{ type: 'number', distinct: 3 }, 'gradient', 'gradient'],
    [{ type: 'date', distinct: 3 }, 'gradient, dates', 'gradient'],
    [{ type: 'boolean', distinct: 2 }, '2 colours', 'category'],
    [{ type: 'image' }, 'image', undefined],
    [{ type: 'vector' }, 'vector', undefined],
    [{ type: 'category', detached: true }, 'category', undefined],
  ];
  it.each(cases)('%o', (fields, words, scale) => {
    const one = column(fields);
    expect(colorWords(one)).toBe(words);
    expect(scales(one)[0]).toBe(scale);
  });

  it('take a wanted scale only where they can', () => {
    expect(scaleOf(column({ type: 'category' }), 'gradient')).toBe('category');
    expect(scaleOf(column({ type: 'number' }), 'category')).toBe('category');
    expect(scaleOf(column({ type: 'image' }), 'category')).toBe(null);
  });

  it('are grouped by where they came from', () => {
    const groups = grouped([
      column({ name: 'label', own: true }),
      column({ name: 'texts', own: false, origin: 'from `texts`, step 3' }),
      column({ name: 'ink', own: true }),
    ]);
    expect(groups.map((group) => group.columns.map((one) => one.name))).toEqual([
      ['label', 'ink'],
      ['texts'],
    ]);
  });

  it('of media are not for colour', () => {
    const some = detail({ columns: [column({ type: 'image' }), column({ name: 'a' })] });
    expect(colorable(some).map((one) => one.name)).toEqual(['a']);
  });
});

describe('layouts', () => {
  const pca2 = layout({ id: 'pca-2', dim: 2 });
  const pca3 = layout({ id: 'pca-3', dim: 3 });
  const tsne = (id: string, dim: number, perplexity: number): SetLayout =>
    layout({ id, dim, method: 'tsne', receipt: receipt({ parameters: { perplexity } }) });
  const logged = layout({ id: 'x', dim: 2, method: 'logged', name: 'my_embeddings_tsne' });
  const all = detail({
    layouts: [tsne('a', 2, 30), pca3, logged, tsne('b', 3, 50), pca2, tsne('c', 3, 30)],
  });

  it('stand in groups', () => {
    const ids = layoutGroups(all).map((group) => group.layouts.map((one) => one.id));
    expect(ids).toEqual([['pca-3', 'pca-2'], ['x'], ['a', 'b', 'c']]);
  });

  it('have the counterpart with the same parameters where there is one', () => {
    const find = (one: SetLayout, dim: 2 | 3): string | undefined => counterpart(all, one, dim)?.id;
    expect(find(pca2, 3)).toBe('pca-3');
    expect(find(tsne('a', 2, 30), 3)).toBe('c');
    expect(find(tsne('z', 2, 5), 3)).toBe('b');
    expect(find(logged, 3)).toBe(undefined);
    expect(find(logged, 2)).toBe('x');
  });

  it('fall back to the default where an address names one that is gone', () => {
    expect(chosenLayout(all, 'gone')?.id).toBe('pca-3');
    expect(chosenLayout(all, 'x')?.id).toBe('x');
    expect(chosenLayout(detail({ layouts: [] }), null)).toBe(null);
  });
});

describe('a projection that the script asked for', () => {
  const made = layout({
    id: 'made',
    method: 'tsne',
    dim: 3,
    receipt: receipt({ parameters: { perplexity: 50, iterations: 750 } }),
  });
  const asked = detail({
    projection: { method: 'tsne', n_components: 3, perplexity: 50 },
    layouts: [layout({}), made],
  });

  it('is shown first once it is there', () => {
    expect(chosenLayout(asked, null)?.id).toBe('made');
    expect(chosenLayout(asked, 'pca-3')?.id).toBe('pca-3');
  });

  it('is asked for as it was said while it is not', () => {
    const waiting = { ...asked, layouts: [layout({})] };
    expect(wishedLayout(waiting)).toBe(null);
    expect(chosenLayout(waiting, null)?.id).toBe('pca-3');
    expect(wishOf(waiting)).toEqual({
      method: 'tsne',
      n_components: 3,
      parameters: { perplexity: 50 },
      seed: 42,
    });
  });

  it('is another where a parameter or the seed differs', () => {
    const other = { ...asked, projection: { method: 'tsne', n_components: 3, perplexity: 5 } };
    expect(wishedLayout(other)).toBe(null);
    expect(wishedLayout({ ...asked, projection: { ...asked.projection, random_state: 1 } })).toBe(
      null,
    );
  });

  it('needs no job where it is PCA, or nothing', () => {
    expect(wishOf(detail({ projection: { method: 'pca', n_components: 2 } }))).toBe(null);
    expect(wishOf(detail({}))).toBe(null);
  });
});

describe('receipts', () => {
  it('say in one line what to make of a picture', () => {
    const pca = layout({
      dim: 3,
      receipt: receipt({ measures: { explained_variance_ratio: [0.1, 0.03, 0.015] } }),
    });
    expect(receiptLine(pca, detail({}))).toBe('PCA, 3-D · keeps 14.5 % of the variance');
    const tsne = layout({
      method: 'tsne',
      dim: 2,
      receipt: receipt({
        measures: { kl_divergence: 1.234567 },
        parameters: { perplexity: 30 },
        rows_left_out: 12,
      }),
    });
    expect(receiptLine(tsne, detail({}))).toBe(
      't-SNE, 2-D · KL 1.235 · perplexity 30 · 12 rows left out',
    );
    const umap = layout({
      method: 'umap',
      dim: 3,
      receipt: receipt({
        measures: { cross_entropy: 0.72, epochs: 500 },
        parameters: { n_neighbors: 15 },
      }),
    });
    expect(receiptLine(umap, detail({}))).toBe('UMAP, 3-D · cross entropy 0.72 · 15 neighbours');
  });

  it('list every measure, parameter and version', () => {
    const facts = receiptFacts(
      layout({
        receipt: receipt({
          measures: { kl_divergence: 1.5, knn_recall: 0.98, curve: [1, 2] },
          parameters: { perplexity: 30, n_components: 3, early_exaggeration: 12 },
          versions: { dotscape: '0.1' },
        }),
      }),
      detail({}),
    );
    const found = Object.fromEntries(facts.map((fact) => [fact.name, fact.value]));
    expect(found).toMatchObject({
      'KL divergence': '1.5',
      'Knn recall': '98.0 %',
      Perplexity: '30',
      'Early exaggeration': '12',
      'Made with': 'dotscape 0.1',
    });
    expect(found).not.toHaveProperty('N components');
  });
});

describe('quality in a receipt', () => {
  it('stands beside its error and what a random picture has', () => {
    const facts = receiptFacts(
      layout({
        receipt: receipt({
          measures: {
            trustworthiness: 0.9,
            distance_correlation: 0.5,
            quality_errors: { trustworthiness: 0.01, distance_correlation: 0 },
            quality_by_chance: { trustworthiness: 0.5, distance_correlation: 0 },
          },
          preprocess: ['centre', 'pca:50'],
          peak_memory: 3 * 2 ** 30,
        }),
      }),
      detail({}),
    );
    const found = Object.fromEntries(facts.map((fact) => [fact.name, fact.value]));
    expect(found).toMatchObject({
      Trustworthiness: '90.0 % ± 1.0 %; a random picture has 50.0 %',
      'Distances follow': '0.5; a random picture has 0',
      'Before it': 'centre, pca:50',
      Memory: 'up to 3,072 MiB',
    });
  });
});

describe('the map in words', () => {
  it('names what is shown', () => {
    const some = layout({ method: 'tsne', dim: 3 });
    expect(mapSummary(1797, some, 'label', 1797)).toBe(
      '1,797 points, t-SNE, 3-D, coloured by label',
    );
    expect(mapSummary(1797, some, null, 3)).toBe('1,797 points, t-SNE, 3-D, showing 3');
    expect(shownWords(3, 1797)).toBe('Showing 3 of 1,797');
    expect(shownWords(1, 1)).toBe('1 point');
  });
});

describe('a job in words', () => {
  const job: Job = {
    id: 'j',
    run: 'r',
    set: 's',
    method: 'tsne',
    n_components: 3,
    parameters: {},
    seed: 42,
    state: 'running',
    phase: 'optimising',
    iteration: 300,
    iterations: 750,
    loss: 2,
    seconds: 8,
    seconds_left: 12,
    frame: 3,
    layout: null,
    error: null,
    receipt: null,
    paused: false,
    preprocess: [],
  };
  it('says how far it is', () => {
    expect(jobWords(job)).toBe('optimising · 40 % · iteration 300 of 750 · 12 s left');
    expect(jobWords({ ...job, iterations: 0, seconds_left: null })).toBe('optimising · 8 s so far');
    expect(jobWords({ ...job, paused: true, seconds_left: null })).toBe(
      'paused · 40 % · iteration 300 of 750 · 8 s so far',
    );
    expect(jobWords({ ...job, state: 'queued' })).toBe('waiting for its turn');
    expect(progressOf({ ...job, iterations: 0 })).toBe(null);
    expect(progressOf({ ...job, state: 'done' })).toBe(1);
  });
});

describe('the form of a projection', () => {
  const perplexity: ParameterInfo = {
    name: 'perplexity',
    title: 'Perplexity',
    help: 'How many neighbours count.',
    kind: 'number',
    default: 30,
    minimum: 2,
    maximum: 100,
    step: 1,
    choices: null,
    limit: 'less than a third of the rows',
  };
  const iterations: ParameterInfo = {
    ...perplexity,
    name: 'iterations',
    kind: 'integer',
    default: 750,
    maximum: null,
    limit: null,
  };
  const tsne: MethodInfo = {
    name: 'tsne',
    title: 't-SNE',
    help: '',
    components: [2, 3],
    parameters: [perplexity, iterations],
  };
  const pca: MethodInfo = {
    name: 'pca',
    title: 'PCA',
    help: '',
    components: [2, 3, 4],
    parameters: [],
  };

  it('starts with the defaults and makes a request of them', () => {
    expect(requestOf(emptyForm(tsne), tsne)).toEqual({
      method: 'tsne',
      n_components: 3,
      parameters: { perplexity: 30, iterations: 750 },
      seed: 42,
      preprocess: [],
    });
    expect(formErrors(emptyForm(tsne), tsne)).toEqual({});
  });

  it('takes the word that stands for a number', () => {
    const rate = { ...perplexity, name: 'learning_rate', default: 'auto' };
    const method = { ...tsne, parameters: [rate] };
    expect(formErrors(emptyForm(method), method)).toEqual({});
    expect(requestOf(emptyForm(method), method).parameters).toEqual({ learning_rate: 'auto' });
    const typed = { ...emptyForm(method), values: { learning_rate: '50' } };
    expect(requestOf(typed, method).parameters).toEqual({ learning_rate: 50 });
    const wrong = { ...typed, values: { learning_rate: 'automatic' } };
    expect(Object.keys(formErrors(wrong, method))).toEqual(['learning_rate']);
  });

  it('leaves an empty value to the method', () => {
    const form = { ...emptyForm(tsne), values: { perplexity: '', iterations: '500' } };
    expect(formErrors(form, tsne)).toEqual({});
    expect(requestOf(form, tsne).parameters).toEqual({ iterations: 500 });
  });

  it.each([
    ['900', '1.5', '-1'],
    ['x', 'x', 'x'],
    ['1', 'Infinity', '1.5'],
  ])('says what is wrong with %s, %s and %s', (first, second, seed) => {
    const form = {
      ...emptyForm(tsne),
      values: { perplexity: first, iterations: second },
      seed,
    };
    expect(Object.keys(formErrors(form, tsne)).sort()).toEqual([
      'iterations',
      'perplexity',
      'seed',
    ]);
  });

  it('asks for the words of axes and sends steps before the method', () => {
    const axes: MethodInfo = {
      name: 'axes',
      title: 'Custom axes',
      help: '',
      components: [2, 3],
      parameters: [
        {
          name: 'axes',
          title: 'Axes',
          help: 'king - queen; good - bad',
          kind: 'text',
          default: null,
          minimum: null,
          maximum: null,
          step: null,
          choices: null,
          limit: null,
        },
      ],
    };
    const form = emptyForm(axes);
    expect(formErrors(form, axes)).toEqual({ axes: 'king - queen; good - bad' });
    const typed = { ...form, values: { axes: 'a - b; c' }, preprocess: 'centre,normalise' };
    expect(formErrors(typed, axes)).toEqual({});
    expect(requestOf(typed, axes)).toEqual({
      method: 'axes',
      n_components: 3,
      parameters: { axes: 'a - b; c' },
      seed: 42,
      preprocess: ['centre', 'normalise'],
    });
    expect(preprocessingOf(8).map(({ value }) => value)).not.toContain('pca:50');
  });

  it('keeps what the next method knows too', () => {
    const form = {
      ...emptyForm(tsne, 2),
      values: { perplexity: '5', iterations: '10' },
      seed: '1',
    };
    const there = switchMethod(form, pca);
    expect(there).toEqual({
      method: 'pca',
      components: 2,
      values: {},
      seed: '1',
      preprocess: '',
    });
    // Choices are carried over where the other method has them, numbers never.
    const metric: ParameterInfo = {
      ...perplexity,
      name: 'metric',
      kind: 'choice',
      default: 'euclidean',
      choices: ['euclidean', 'cosine'],
    };
    const method = { ...tsne, parameters: [...tsne.parameters, metric] };
    const other = { ...form, values: { perplexity: '5', metric: 'cosine' } };
    const fresh = emptyForm(method).values;
    expect(switchMethod(other, method).values).toEqual({ ...fresh, metric: 'cosine' });
    other.values.metric = 'hamming';
    expect(switchMethod(other, method).values).toEqual(fresh);
  });
});
