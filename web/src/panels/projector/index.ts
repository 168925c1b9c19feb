export { default as Projector } from './Projector.svelte';
