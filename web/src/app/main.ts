import { mount } from 'svelte';
import { place } from '../place/place.svelte';
import { theme } from '../theme/theme.svelte';
import '../theme/tokens.css';
import '../theme/page.css';
import { events } from '../wire/connection.svelte';
import App from './App.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
theme.start();
place.start();
events.start();
mount(App, { target });
