/** The form of a new projection: made from the methods' parameters, checked by their limits. */
import type { MethodInfo, ParameterInfo, ProjectionRequest } from '../wire/types';
import { number } from './words';

/** What the person typed, by parameter; text until it is checked. */
export interface FormState {
  readonly method: string;
  readonly components: number;
  readonly values: Readonly<Record<string, string | boolean>>;
  readonly seed: string;
  /** The steps before the method, parted by commas: one of `preprocessingOf`. */
  readonly preprocess: string;
}

/** What may be done to vectors of so many numbers first. */
export function preprocessingOf(dim: number): { value: string; text: string }[] {
  const all = [
    { value: '', text: 'as they are' },
    { value: 'centre', text: 'centred' },
    { value: 'normalise', text: 'scaled to unit length' },
    { value: 'centre,normalise', text: 'centred, then unit length' },
    { value: 'whiten', text: 'whitened' },
    { value: 'pca:50', text: 'reduced to 50 by PCA' },
  ];
  return all.filter(({ value }) => value !== 'pca:50' || dim > 50);
}

/** The form of a method with its defaults, in so many dimensions where the method has them. */
export function emptyForm(method: MethodInfo, components = 3): FormState {
  const values: Record<string, string | boolean> = {};
  for (const parameter of method.parameters) values[parameter.name] = initial(parameter);
  const possible = drawable(method);
  return {
    method: method.name,
    components: possible.includes(components) ? components : (possible[0] ?? 2),
    values,
    seed: '42',
    preprocess: '',
  };
}

/** The numbers of dimensions a picture can have. */
export function drawable(method: MethodInfo): number[] {
  return method.components.filter((one) => one === 2 || one === 3);
}

/**
 * The same form for another method: choices that both have are carried over. Numbers are not: a learning rate of
 * UMAP's size would hardly move t-SNE.
 */
export function switchMethod(form: FormState, method: MethodInfo): FormState {
  const fresh = emptyForm(method, form.components);
  const values = { ...fresh.values };
  for (const parameter of method.parameters) {
    const old = form.values[parameter.name];
    if (typeof old !== 'string' || parameter.kind !== 'choice') continue;
    if (parameter.choices?.includes(old)) values[parameter.name] = old;
  }
  return { ...fresh, values, seed: form.seed, preprocess: form.preprocess };
}

/** What is wrong with each value, by parameter's name; empty where the form can be sent. */
export function formErrors(form: FormState, method: MethodInfo): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const parameter of method.parameters) {
    const error = parameterError(parameter, form.values[parameter.name]);
    if (error !== null) errors[parameter.name] = error;
  }
  const seed = Number(form.seed);
  if (form.seed.trim() === '' || !Number.isInteger(seed) || seed < 0 || seed > 2 ** 32 - 1) {
    errors['seed'] = 'A whole number from 0 to 4,294,967,295.';
  }
  return errors;
}

/** The request the form stands for; only to be made where nothing is wrong. */
export function requestOf(form: FormState, method: MethodInfo): ProjectionRequest {
  const parameters: Record<string, unknown> = {};
  for (const parameter of method.parameters) {
    const value = form.values[parameter.name];
    if (value === undefined || value === '') continue; // the method's own default
    const numeric = parameter.kind === 'integer' || parameter.kind === 'number';
    parameters[parameter.name] = numeric && !isWord(parameter, value) ? Number(value) : value;
  }
  return {
    method: form.method,
    n_components: form.components,
    parameters,
    seed: Number(form.seed),
    preprocess: form.preprocess === '' ? [] : form.preprocess.split(','),
  };
}

/** The limits in words: `5 to 50, less than a third of the rows`. */
export function limitWords(parameter: ParameterInfo): string {
  const { minimum, maximum, limit } = parameter;
  const parts: string[] = [];
  if (minimum !== null && maximum !== null) parts.push(`${number(minimum)} to ${number(maximum)}`);
  else if (minimum !== null) parts.push(`at least ${number(minimum)}`);
  else if (maximum !== null) parts.push(`at most ${number(maximum)}`);
  if (limit !== null) parts.push(limit);
  return parts.join(', ');
}

function initial(parameter: ParameterInfo): string | boolean {
  if (parameter.kind === 'boolean') return parameter.default === true;
  const value: unknown = parameter.default;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : '';
}

/** A word that a number's parameter takes as well: "auto". */
function isWord(parameter: ParameterInfo, value: string | boolean): boolean {
  if (typeof value !== 'string') return false;
  return value === parameter.default || parameter.choices?.includes(value) === true;
}

function parameterError(
  parameter: ParameterInfo,
  value: string | boolean | undefined,
): string | null {
  if (parameter.kind === 'boolean' || parameter.kind === 'choice') return null;
  const text = typeof value === 'string' ? value.trim() : '';
  if (parameter.kind === 'text') return text === '' ? parameter.help : null;
  if (text === '') return null; // empty asks for the default
  if (isWord(parameter, text)) return null;
  const entered = Number(text);
  if (!Number.isFinite(entered)) return `A number, ${limitWords(parameter)}.`;
  if (parameter.kind === 'integer' && !Number.isInteger(entered)) {
    return `A whole number, ${limitWords(parameter)}.`;
  }
  const low = parameter.minimum !== null && entered < parameter.minimum;
  const high = parameter.maximum !== null && entered > parameter.maximum;
  return low || high ? `Must be ${limitWords(parameter)}.` : null;
}
