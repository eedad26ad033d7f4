/** The browser's half. */
import { createElement, StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App } from './app.ts';

const root = document.getElementById('root');
if (root) {
  hydrateRoot(root, createElement(StrictMode, null, createElement(App)), {
    onRecoverableError: (error) => console.error('hydration', error),
  });
}
