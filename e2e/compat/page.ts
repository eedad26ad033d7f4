/** Runs the bodies in a page. Page `?helper` leads groups for the followers of the other page. */
import { io, type Socket } from 'socket.io-client';
import { type OneSocket, oneSocket } from '../../src/index.ts';
import { cases } from './cases.ts';
import type { Case, Control, Kit, Options, Result, Target } from './types.ts';

interface CompatApi {
  run(target: Target, otherOrigin: string): Promise<Result[]>;
}
declare global {
  interface Window {
    compat: CompatApi;
  }
}

const helper = new BroadcastChannel('compat');
const boundMs = 10_000;
/** Bodies at a time: a browser opens six connections to a server, and polling holds one for each socket. */
const atOnce = 5;

async function until(look: () => unknown): Promise<void> {
  for (const end = performance.now() + boundMs; !(await look()); await new Promise((done) => setTimeout(done, 10))) {
    if (performance.now() > end) throw new Error(`not so within ${boundMs} ms: ${String(look)}`);
  }
}

/** `key` names the case at the server, and the group. */
function optionsOf(subject: Case, key: string, otherOrigin: string, more: Options = {}): [string, Options] {
  const { url = '/', query, ...options } = { ...subject.options?.({ otherOrigin }), ...more };
  return [url, { ...options, query: { ...query, key } }];
}

function openOurs([url, options]: [string, Options], key: string): Socket {
  return oneSocket(url, { ...options, user: key } as never) as unknown as Socket;
}

const roleOf = (socket: Socket): string => (socket as unknown as OneSocket).status.role;

async function runCase(subject: Case, index: number, target: Target, otherOrigin: string): Promise<Result> {
  const key = `${target}-${index}-${performance.timeOrigin}`;
  const open = (more?: Options): Socket => {
    const [url, options] = optionsOf(subject, key, otherOrigin, more);
    const socket =
      target === 'socket.io-client' ? io(url, { ...options, forceNew: true }) : openOurs([url, options], key);
    opened.push(socket);
    subject.prepare?.(socket);
    return socket;
  };
  const opened: Socket[] = [];
  const references: Socket[] = [];
  const { rows, what } = subject;
  try {
    if (target === 'follower') await led(index, key, otherOrigin);
    const socket = open();
    const roles = new Set<string>();
    if (target !== 'socket.io-client') (socket as unknown as OneSocket).onStatus(({ role }) => roles.add(role));
    const kit: Kit = {
      ...{ target, socket, open, until, otherOrigin },
      reference(more) {
        const [url, options] = optionsOf(subject, key, otherOrigin, more);
        const reference = io(url, { ...options, forceNew: true });
        references.push(reference);
        return reference;
      },
      connected: () => until(() => socket.connected),
      placed: () => until(() => target === 'socket.io-client' || roles.has(target)),
      server: async <Verb extends keyof Control>(verb: Verb) =>
        (await (await fetch(`/control/${verb}?key=${key}`)).json()) as Control[Verb],
    };
    const got = plain(await subject.run(kit));
    // Also one that needs no connection is what it is said to be.
    if (!subject.unconnected) await kit.placed();
    const { expected, expectedOfOurs = expected } = subject;
    const wanted = plain(target === 'socket.io-client' ? expected : expectedOfOurs);
    const passed = JSON.stringify(got) === JSON.stringify(wanted);
    return { target, rows, what, passed, ...(!passed && { got }) };
  } catch (error) {
    return { target, rows, what, passed: false, got: String(error) };
  } finally {
    for (const socket of [...opened, ...references]) socket.disconnect();
    helper.postMessage({ end: key });
    // What still hangs would keep its connection.
    await fetch(`/control/open?key=${key}`);
  }
}

/** Readable in a report: what JSON leaves out has a word. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value === undefined ? 'undefined' : value, (_, v: unknown) => (v === undefined ? 'undefined' : v)),
  );

/** Another tab leads the case's group. */
async function led(index: number, key: string, otherOrigin: string): Promise<void> {
  let leads = false;
  const hear = ({ data }: MessageEvent): void => {
    if (data.leads === key) leads = true;
  };
  helper.addEventListener('message', hear);
  helper.postMessage({ lead: key, index, otherOrigin });
  await until(() => leads);
  helper.removeEventListener('message', hear);
}

function help(): void {
  const sockets = new Map<string, Socket>();
  helper.onmessage = async ({ data }) => {
    const { lead, end, index, otherOrigin } = data;
    if (end !== undefined) sockets.get(end)?.disconnect();
    const subject = cases[index];
    if (lead === undefined || !subject) return;
    const [url, options] = optionsOf(subject, lead, otherOrigin);
    const socket = openOurs([url, { ...options, autoConnect: true }], lead);
    sockets.set(lead, socket);
    subject.prepare?.(socket);
    await until(() => roleOf(socket) === 'leader');
    helper.postMessage({ leads: lead });
  };
}

window.compat = {
  async run(target, otherOrigin) {
    // In the order of the cases, whichever is done first.
    const results: Result[] = [];
    const all = cases.map((subject, index) => ({ subject, index }));
    const waiting = all.filter(({ subject }) => !subject.alone);
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { subject, index } = next;
        if (subject.targets && !subject.targets.includes(target)) continue;
        results[index] = await runCase(subject, index, target, otherOrigin);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    waiting.push(...all.filter(({ subject }) => subject.alone));
    await work();
    return results.filter(Boolean);
  },
};
if (new URL(location.href).searchParams.has('helper')) help();
