/** Layouts as a menu offers them, and which one stands for another in the other dimension. */
import type { EmbeddingSetDetail, ProjectionRequest, SetLayout } from '../wire/types';

export interface LayoutGroup {
  readonly title: string;
  readonly layouts: readonly SetLayout[];
}

/** PCA first, then what scripts logged, then what was computed. */
export function layoutGroups(detail: EmbeddingSetDetail): LayoutGroup[] {
  const pca = detail.layouts.filter((layout) => isInstant(layout));
  const logged = detail.layouts.filter((layout) => layout.method === 'logged');
  const computed = detail.layouts.filter(
    (layout) => !isInstant(layout) && layout.method !== 'logged',
  );
  return [
    { title: 'At once', layouts: pca },
    { title: 'Logged by the script', layouts: logged },
    { title: 'Computed', layouts: computed },
  ].filter((group) => group.layouts.length > 0);
}

/** PCA in 2-D and 3-D, which need no job. */
export function isInstant(layout: SetLayout): boolean {
  return layout.id === 'pca-2' || layout.id === 'pca-3';
}

export function layoutWithId(detail: EmbeddingSetDetail, id: string | null): SetLayout | null {
  return detail.layouts.find((layout) => layout.id === id) ?? null;
}

/** The layout a view asks for where it is there, else what the script wished, else the set's default. */
export function chosenLayout(detail: EmbeddingSetDetail, id: string | null): SetLayout | null {
  return (
    layoutWithId(detail, id) ??
    wishedLayout(detail) ??
    layoutWithId(detail, detail.defaults.layout) ??
    detail.layouts[0] ??
    null
  );
}

/** The projection a script asked for (`projection=`), as a request; null where it asked for none. */
export function wishOf(detail: EmbeddingSetDetail): ProjectionRequest | null {
  if (detail.projection === null) return null;
  const { method, n_components: dim, random_state: seed, ...parameters } = detail.projection;
  if (typeof method !== 'string' || method === 'pca') return null;
  return {
    method,
    n_components: typeof dim === 'number' ? dim : 3,
    parameters,
    seed: typeof seed === 'number' ? seed : 42,
  };
}

/** What the script asked for, where it has been computed. */
export function wishedLayout(detail: EmbeddingSetDetail): SetLayout | null {
  const wish = wishOf(detail);
  if (wish === null) return null;
  const wanted = Object.entries(wish.parameters ?? {});
  const fits = ({ method, dim, receipt }: SetLayout): boolean => {
    if (receipt === null || method !== wish.method || dim !== wish.n_components) return false;
    const same = ([name, value]: [string, unknown]): boolean =>
      JSON.stringify(receipt.parameters[name]) === JSON.stringify(value);
    return receipt.seed === wish.seed && wanted.every(same);
  };
  return detail.layouts.find(fits) ?? null;
}

/**
 * The same picture in the other dimension: of the same method, with the same parameters and seed where
 * there is such a one, else the newest. Logged coordinates have none.
 */
export function counterpart(
  detail: EmbeddingSetDetail,
  layout: SetLayout,
  dimensions: 2 | 3,
): SetLayout | null {
  if (layout.dim === dimensions) return layout;
  if (layout.method === 'logged') return null;
  const others = detail.layouts.filter(
    (other) => other.method === layout.method && other.dim === dimensions,
  );
  return others.find((other) => sameReceipt(other, layout)) ?? others[0] ?? null;
}

function sameReceipt(a: SetLayout, b: SetLayout): boolean {
  if (a.receipt === null || b.receipt === null) return a.receipt === b.receipt;
  return a.receipt.seed === b.receipt.seed && settings(a.receipt) === settings(b.receipt);
}

function settings(receipt: { readonly parameters: Readonly<Record<string, unknown>> }): string {
  const entries = Object.entries(receipt.parameters).filter(([name]) => name !== 'n_components');
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `PCA`, `t-SNE`, `UMAP`: a method as people write it. */
export function methodTitle(method: string): string {
  const known: Record<string, string> = {
    pca: 'PCA',
    tsne: 't-SNE',
    umap: 'UMAP',
    logged: 'Logged',
  };
  return known[method] ?? method;
}

/** What a picture of this layout is called in a sentence: `t-SNE`, or the name it was logged under. */
export function layoutTitle(layout: Pick<SetLayout, 'method' | 'name'>): string {
  return layout.method === 'logged' ? layout.name : methodTitle(layout.method);
}
