import { render } from 'preact';
import { App } from './app.tsx';
import { connectHost } from './host.ts';
import { Inspector } from './state/inspector.ts';
import './styles/base.css';
import './styles/services.css';
import './styles/header.css';
import './styles/waterfall.css';
import './styles/details.css';
import './styles/values.css';
import './styles/toolkit.css';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id "root" to be drawn in.');
const page = new Inspector(connectHost());
render(<App page={page} />, root);
page.start();

// The second frame comes after the first one has been painted.
requestAnimationFrame(() =>
  requestAnimationFrame(async () => {
    const { registerControls } = await import('./ui/toolkit.ts');
    registerControls();
  }),
);
