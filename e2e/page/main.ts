/** The test page: one socket, everything it brought, and handles for the specs. Public API only. */
import { type DefaultEventsMap, OneSocketError, oneSocket, type StreamEvent } from '../../src/index.ts';
import { indexedDb } from '../../src/persist.ts';
import { tokenFor } from './auth.ts';
import type { AuthPlan, ChannelSeen, CommandSeen, ListSnapshot, PageConfig, TabRecord } from './types.ts';

type Numbered = { readonly n: number };
type Events = { [type: string]: (payload: Numbered) => void };

const config = JSON.parse(new URL(location.href).searchParams.get('c') ?? '{}') as PageConfig;
const withCompanion = config.options.companion === true;
let plan: AuthPlan = config.auth;
let authCalls = 0;
let loads = 0;
let first: ListSnapshot['first'];
let rightAtMs: number | undefined;

const record: TabRecord = {
  name: config.name,
  life: crypto.getRandomValues(new Uint32Array(4)).join('-'),
  events: [],
  plain: [],
  refreshes: [],
  link: [],
  linkAfter: [],
  roles: [],
  commands: [],
  lifecycle: [],
  errors: [],
  degraded: [],
};

function open() {
  return oneSocket<Events, DefaultEventsMap>(config.url, {
    ...config.options,
    auth: () => {
      authCalls += 1;
      return tokenFor(plan);
    },
  });
}
type Socket = ReturnType<typeof open>;
type Ask = (name: string, ...args: unknown[]) => Promise<unknown>;
let made: Socket | undefined;
let list: ReturnType<Socket['state']> | undefined;
const channels: (() => ChannelSeen)[] = [];

function socket(): Socket {
  if (!made) throw new Error('tab.start() first');
  return made;
}

function keep(event: StreamEvent<Numbered>) {
  record.events.push({ stream: event.stream, id: event.id, n: event.payload.n });
}

function start() {
  made = open();
  for (const type of config.types) {
    made.on(type, (payload) => record.plain.push(payload.n));
    if (withCompanion) made.onEvent(type, keep);
  }
  if (withCompanion) {
    made.onRefresh(({ streams, reason }) => record.refreshes.push({ streams, reason, after: record.events.length }));
  }
  const keepLink = (what: string) => {
    record.link.push(what);
    record.linkAfter.push(record.events.length);
  };
  made.on('connect', () => keepLink(made?.recovered ? 'connect:recovered' : 'connect'));
  made.on('disconnect', () => keepLink('disconnect'));
  made.on('connect_error', (error) => keepLink(`connect_error:${codeOf(error)}`));
  made.onStatus(({ role, degraded }) => {
    record.degraded = degraded;
    if (record.roles.at(-1) !== role) record.roles.push(role);
    if (role !== 'none') reportLast();
  });
}

function joinChannel(parts: readonly number[]) {
  const channel = socket().channel('numbers', { part: parts });
  const seen: number[] = [];
  const refreshes: string[] = [];
  channel.on('tick', ({ n }) => void seen.push(n));
  channel.onRefresh(({ reason }) => void refreshes.push(reason));
  channels.push(() => ({ status: channel.status, seen, refreshes }));
}

function codeOf(error: Error & { readonly data?: unknown }): string {
  const data = error.data as { readonly code?: string } | undefined;
  return data?.code ?? (error instanceof OneSocketError ? error.code : error.message);
}

/** Names and arguments come from the specs: nothing that an event map could know. */
const ask: Ask = (name, ...args) => (socket().emitWithAck as unknown as Ask)(name, ...args);

async function settle(key: string, name: string): Promise<CommandSeen> {
  const began = performance.now();
  try {
    const result = await ask(name, { key });
    return { key, outcome: 'result', result, tookMs: performance.now() - began };
  } catch (error) {
    const tookMs = performance.now() - began;
    if (!(error instanceof OneSocketError)) return { key, outcome: 'unclassified', code: String(error), tookMs };
    return { key, outcome: error.outcome ?? 'unclassified', code: error.code, tookMs };
  }
}

async function load() {
  loads += 1;
  const answer = await fetch('/list');
  if (!answer.ok) throw new Error('the list is not to be had');
  return (await answer.json()) as { state: number[]; position: string };
}

window.tab = {
  record,
  start,
  startSecond() {
    const second = open();
    const seen: number[] = [];
    for (const type of config.types) second.on(type, (payload) => seen.push(payload.n));
    return { seen: () => seen, close: () => second.close() };
  },
  misbehave: () => {
    for (const type of config.types) {
      socket().on(type, () => {
        throw new Error('a handler throws');
      });
      socket().on(type, async () => {
        throw new Error('a handler rejects');
      });
    }
  },
  answer: (type) => {
    let calls = 0;
    const listener = (_question: unknown, ack: (answer: string) => void) => {
      calls += 1;
      ack(config.name);
    };
    socket().on(type, listener as unknown as (payload: Numbered) => void);
    return { calls: () => calls };
  },
  status: () => socket().status,
  diagnostics: () => socket().diagnostics(),
  connected: () => socket().connected,
  socketId: () => socket().id,
  connect: () => socket().connect(),
  close: () => socket().close(),
  signOut: () => socket().signOut(),
  setAuth: (next) => {
    plan = next;
  },
  authCalls: () => authCalls,
  command: (key, name = 'work') => {
    void settle(key, name).then((seen) => record.commands.push(seen));
  },
  ask: (name, ...args) =>
    ask(name, ...args).catch((error: unknown) => ({
      code: error instanceof OneSocketError ? error.code : String(error),
    })),
  emit: (name, ...args) => socket().emit(name, ...args),
  joinChannel,
  channels: () => channels.map((look) => look()),
  openList: () => {
    const opened = socket().state<number[]>({
      name: 'list',
      version: config.listVersion ?? 0,
      ...(config.keepList && { persist: indexedDb() }),
      load,
      on: { tick: (numbers, { n }) => [...numbers, n] },
    });
    opened.subscribe(() => {
      const { state, stale } = opened.getSnapshot();
      if (state) first ??= { list: state, stale, atMs: performance.now() };
      if (!stale) rightAtMs ??= performance.now();
    });
    list = opened;
  },
  list: (): ListSnapshot => {
    const snapshot = list?.getSnapshot();
    return { list: snapshot?.state as number[] | undefined, stale: snapshot?.stale ?? true, loads, first, rightAtMs };
  },
};

addEventListener('error', ({ message, error }) => record.errors.push(String(error?.stack ?? message)));
addEventListener('unhandledrejection', ({ reason }) => record.errors.push(String(reason?.stack ?? reason)));
for (const name of ['freeze', 'resume', 'visibilitychange']) {
  document.addEventListener(name, () => record.lifecycle.push(`${name}:${document.visibilityState}`));
}
addEventListener('pageshow', (event) => record.lifecycle.push(`pageshow:${event.persisted}`));
function report(event: PageTransitionEvent) {
  record.lifecycle.push(`pagehide:${event.persisted}`);
  // A closed or reloaded page can't be asked any more: its record outlives it at the server.
  navigator.sendBeacon('/report', JSON.stringify(record));
}
/** Behind the listener of a socket that joined: a leader that leaves still hands to its handlers what had arrived. */
function reportLast() {
  removeEventListener('pagehide', report);
  addEventListener('pagehide', report);
}
reportLast();
if (config.start !== false) start();
if (config.list) window.tab.openList();
if (document.prerendering) {
  record.lifecycle.push('prerendering');
  void fetch('/report', { method: 'POST', body: JSON.stringify(record) });
}
