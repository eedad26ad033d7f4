/** The server's half: prints the markup, and has to end by itself. */
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { App } from './app.ts';

process.stdout.write(renderToString(createElement(App)));
