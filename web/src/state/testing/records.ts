/** Records as the server sends them, with only what a test cares about said. */
import type { EmbeddingSetDetail, ReceiptInfo, SetColumn, SetLayout } from '../../wire/types';

export function column(fields: Partial<SetColumn>): SetColumn {
  return {
    id: 0,
    name: 'label',
    type: 'category',
    origin: 'from `embeddings`, step 0',
    source: 'embeddings',
    source_column: 'label',
    own: true,
    detached: false,
    missing: 0,
    distinct: 4,
    minimum: null,
    maximum: null,
    longest: null,
    ...fields,
  };
}

export function receipt(fields: Partial<ReceiptInfo>): ReceiptInfo {
  return {
    data: '0123456789abcdef',
    method: 'pca',
    parameters: {},
    seed: 42,
    rows: 8000,
    rows_left_out: 0,
    versions: {},
    approximations: [],
    measures: {},
    preprocess: [],
    preprocessed: null,
    peak_memory: null,
    seconds: 0.4,
    ...fields,
  };
}

export function layout(fields: Partial<SetLayout>): SetLayout {
  return {
    id: 'pca-3',
    name: 'PCA, 3-D',
    method: 'pca',
    dim: 3,
    axes: null,
    receipt: null,
    ...fields,
  };
}

export function detail(fields: Partial<EmbeddingSetDetail>): EmbeddingSetDetail {
  return {
    id: 's',
    run: 'r',
    key: 'embeddings',
    step: 0,
    title: 'embeddings',
    rows: 8000,
    dim: 384,
    dtype: 'float32',
    columns: [],
    layouts: [layout({})],
    projection: null,
    defaults: { label_column: null, color_column: null, image_column: null, layout: 'pca-3' },
    nonfinite_rows: 0,
    zero_rows: 0,
    duplicate_ids: 0,
    hint: null,
    notes: [],
    complete: true,
    ...fields,
  };
}
