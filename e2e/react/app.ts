/** A small application with its socket at module scope, as the README tells to: rendered by a server, then hydrated. */
import { createElement, type ReactNode, useState, version } from 'react';
import { oneSocket } from '../../src/index.ts';
import { useCommand, useEvent, useSharedState, useStatus } from '../../src/react.ts';

type Numbered = { readonly n: number };

export interface AppConfig {
  readonly url: string;
  readonly token: string;
}

const { url, token } = (Reflect.get(globalThis, 'appConfig') ?? { url: 'http://127.0.0.1:9', token: '' }) as AppConfig;
const socket = oneSocket<
  { tick: (tick: Numbered) => void },
  { work: (what: object, done: (n: number) => void) => void }
>(url, { companion: true, user: 'u1', auth: { token }, transports: ['websocket'] });
const ticks = socket.state<readonly number[]>({
  name: 'ticks',
  load: async () => (await fetch('/list')).json(),
  on: { tick: (list, { n }) => [...list, n] },
});

export function App(): ReactNode {
  const connection = useStatus(socket, (status) => status.connection);
  const { state, stale } = useSharedState(ticks);
  const [last, setLast] = useState(0);
  useEvent(socket, 'tick', ({ n }) => setLast(n));
  const { run, pending, error, data } = useCommand(socket, 'work');
  const work = pending ? 'pending' : (error?.message ?? String(data));
  return createElement(
    'main',
    null,
    createElement('p', { id: 'version' }, version),
    createElement('p', { id: 'connection' }, connection),
    createElement('p', { id: 'ticks' }, stale ? 'loading' : (state?.join(' ') ?? '')),
    createElement('p', { id: 'last' }, last),
    createElement('button', { id: 'work', type: 'button', onClick: () => void run({ key: 'k1' }) }, work),
  );
}
