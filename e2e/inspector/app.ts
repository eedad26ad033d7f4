/** A page with an inspector. Public API only. */
import { oneSocket } from '../../src/index.ts';
import { type Inspector, mountInspector } from '../../src/inspector/index.ts';

export interface AppConfig {
  readonly url: string;
  readonly token: string;
}

type Numbered = { readonly n: number };
interface Commands {
  held: (what: { readonly key: string }, done: (answer: unknown) => void) => void;
  work: (what: { readonly key: string; readonly secret: string }, done: (answer: unknown) => void) => void;
}

const { url, token } = Reflect.get(globalThis, 'appConfig') as AppConfig;
const socket = oneSocket<{ tick: (tick: Numbered) => void }, Commands>(url, {
  companion: true,
  user: 'u1',
  auth: { token },
  transports: ['websocket'],
  reconnectionDelay: 100,
  reconnectionDelayMax: 500,
});
let looks = 0;
let listeners = 0;
/** How often something looked, and how many listen. */
const watched = {
  diagnostics: () => {
    looks += 1;
    return socket.diagnostics();
  },
  trace(listener: Parameters<typeof socket.trace>[0]) {
    const off = socket.trace(listener);
    listeners += 1;
    return () => {
      listeners -= 1;
      off();
    };
  },
};
socket.on('tick', ({ n }) => (document.title = `tick ${n}`));

const app = {
  socket,
  cost: () => ({ looks, listeners }),
  mount(
    options: { readonly open?: boolean; readonly theme?: 'light' | 'dark'; readonly inline?: boolean } = {},
  ): Inspector {
    const { inline, ...rest } = options;
    const parent = inline ? { parent: document.querySelector('main') ?? document.body } : {};
    return mountInspector(watched, { ...rest, ...parent });
  },
};
export type App = typeof app;
Object.assign(globalThis, { app });
