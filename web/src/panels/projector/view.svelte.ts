/** The view that the address holds, field by field, so that what hasn't changed isn't done again. */
import { place } from '../../place/place.svelte';
import type { Filter } from '../../state/filters';
import { decodeView, encodeView } from '../../state/hash';
import type { ColumnChoice, ViewState } from '../../state/view';

export class ViewLink {
  readonly #now = $derived(decodeView(place.part('')));
  readonly #filters = $derived(JSON.stringify(this.#now.filters));
  readonly #color = $derived(JSON.stringify(this.#now.color));
  readonly #label = $derived(JSON.stringify(this.#now.label));

  readonly set = $derived(this.#now.set);
  readonly layout = $derived(this.#now.layout);
  readonly scale = $derived(this.#now.scale);
  readonly filtered = $derived(this.#now.filtered);
  readonly size = $derived(this.#now.size);
  readonly opacity = $derived(this.#now.opacity);
  readonly camera = $derived(this.#now.camera);
  readonly pinned = $derived(this.#now.pinned);
  readonly color = $derived(JSON.parse(this.#color) as ColumnChoice);
  readonly label = $derived(JSON.parse(this.#label) as ColumnChoice);
  readonly filters = $derived(JSON.parse(this.#filters) as Filter[]);

  /**
   * Change fields of the view. `push` for what one would want to come back from with the browser's button,
   * `replace` for what changes many times a second.
   */
  change(fields: Partial<ViewState>, how: 'push' | 'replace' = 'push'): void {
    place.setPart('', encodeView({ ...this.#now, ...fields }), how);
  }
}
