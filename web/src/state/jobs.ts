/** A projection under way, in words. */
import type { Job } from '../wire/types';
import { methodTitle } from './layouts';
import { count, duration } from './words';

export function isActive(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running';
}

/** Fraction done, or null while it can't be known. */
export function progressOf(job: Job): number | null {
  if (job.state === 'done') return 1;
  if (job.iterations <= 0) return null;
  return Math.min(1, Math.max(0, job.iteration / job.iterations));
}

/** `t-SNE, 3-D`. */
export function jobTitle(job: Job): string {
  return `${methodTitle(job.method)}, ${job.n_components}-D`;
}

/** `optimising · 40 % · iteration 300 of 750 · 12 s left`. */
export function jobWords(job: Job): string {
  if (job.state === 'queued') return 'waiting for its turn';
  const parts = [job.paused ? 'paused' : job.phase === '' ? 'starting' : job.phase];
  const progress = progressOf(job);
  if (progress !== null) {
    parts.push(`${Math.floor(progress * 100)} %`);
    parts.push(`iteration ${count(job.iteration)} of ${count(job.iterations)}`);
  }
  if (job.seconds_left !== null) parts.push(`${duration(job.seconds_left)} left`);
  else if (job.seconds >= 1) parts.push(`${duration(job.seconds)} so far`);
  return parts.join(' · ');
}
