// @vitest-environment happy-dom
/** The hooks over the simulated world, in the current React and in the one before. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as Hooks from './react.ts';
import { createRealm, type Realm } from './testing/realm.ts';

type React = typeof import('react');
type Client = typeof import('react-dom/client');

const current = createRequire(import.meta.filename);
const before = createRequire(path.resolve(import.meta.dirname, '../e2e/react-18/package.json'));
/** What `afterEach` undoes. */
let undo: (() => Promise<void> | void)[] = [];

interface ProbeProps {
  readonly useIt: () => unknown;
  readonly keep: (result: unknown) => void;
}
function Probe({ useIt, keep }: ProbeProps): null {
  keep(useIt());
  return null;
}

interface Gate {
  isOpen: boolean;
  open(): void;
  readonly opened: Promise<void>;
}
function createGate(): Gate {
  let resolve = (): void => {};
  const opened = new Promise<void>((done) => {
    resolve = done;
  });
  const gate = {
    isOpen: false,
    opened,
    open() {
      gate.isOpen = true;
      resolve();
    },
  };
  return gate;
}
interface GatedProps {
  readonly useText: () => string;
  readonly gate: Gate | null;
}
function Gated({ useText, gate }: GatedProps): string {
  const text = useText();
  if (gate && !gate.isOpen) throw gate.opened;
  return text;
}
interface SeveralProps extends GatedProps {
  readonly react: React;
  readonly useCount: () => number;
}
/** So many components that show the same; those behind the first two wait for the gate. */
function Several({ react, useCount, useText, gate }: SeveralProps) {
  const count = useCount();
  const one = (key: number) => react.createElement(Gated, { useText, gate: key < 2 ? null : gate });
  return Array.from({ length: count }, (_, key) => react.createElement('p', { key }, one(key)));
}
const textsIn = (host: Element): string[] => [...host.children].map(({ textContent }) => textContent ?? '');

Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);

beforeEach(() => {
  const complain = vi.spyOn(console, 'error');
  undo = [
    () => {
      const complaints = complain.mock.calls.map(String);
      complain.mockRestore();
      expect(complaints).toEqual([]);
    },
  ];
});
afterEach(async () => {
  for (const act of undo) await act();
});

describe.each([
  ['19', current],
  ['18', before],
] as const)('[P9] React %s', (major, require) => {
  const react = require('react') as React;
  const { createRoot } = require('react-dom/client') as Client;
  const { act, createElement, StrictMode } = react;
  let hooks: typeof Hooks;

  beforeEach(async () => {
    vi.resetModules();
    vi.doMock('react', () => ({ ...react, default: react }));
    hooks = await import('./react.ts');
  });

  /** Renders what `useIt` returns, as often as React does, and keeps it. */
  async function mount<Result>(useIt: () => Result) {
    const results: Result[] = [];
    const root = createRoot(document.createElement('div'));
    const render = (): Promise<void> =>
      act(async () =>
        root.render(
          createElement(
            StrictMode,
            null,
            createElement(Probe, { useIt, keep: (result) => results.push(result as Result) }),
          ),
        ),
      );
    await render();
    const unmount = (): Promise<void> => act(async () => root.unmount());
    undo.unshift(unmount);
    return { results, last: () => results.at(-1) as Result, render, unmount };
  }
  const run = (realm: Realm, ms: number): Promise<void> => act(() => realm.run(ms));

  test('is the one that was asked for', () => expect(react.version.split('.')[0]).toBe(major));

  test('useStatus: the whole status, and only what is picked', async () => {
    const realm = createRealm();
    const tab = realm.openTab();
    const whole = await mount(() => hooks.useStatus(tab.socket));
    const picked = await mount(() => hooks.useStatus(tab.socket, ({ connection }) => connection));
    const made = await mount(() => hooks.useStatus(tab.socket, ({ role, term }) => ({ role, term })));
    await act(async () => tab.socket.connect());
    await run(realm, 1_000);
    expect(whole.last()).toBe(tab.socket.status);
    expect([picked.last(), made.last().role]).toEqual(['connected', 'leader']);
    const renders = picked.results.length;
    const second = realm.openTab();
    second.socket.connect();
    await run(realm, 1_000);
    expect([whole.last().tabs, picked.results.length - renders]).toEqual([2, 0]);
  });

  test('useEvent: each event once, the handler of the last render, none after the component is gone', async () => {
    const realm = createRealm();
    const tab = realm.openTab();
    const seen: string[] = [];
    let label = 'a';
    const probe = await mount(() => {
      const mine = label;
      hooks.useEvent(tab.socket, 'tick', (payload) => seen.push(`${mine}${payload}`));
    });
    await run(realm, 1_000);
    await realm.server.to('all').emit('tick', 1);
    await run(realm, 500);
    label = 'b';
    await probe.render();
    await realm.server.to('all').emit('tick', 2);
    await run(realm, 500);
    await probe.unmount();
    await realm.server.to('all').emit('tick', 3);
    await run(realm, 500);
    expect(seen).toEqual(['a1', 'b2']);
  });

  test('useSharedState: nothing yet, the snapshot, the tail', async () => {
    const realm = createRealm();
    const tab = realm.openTab();
    const shared = tab.socket.state<number[]>({
      name: 'ticks',
      load: async () => ({
        state: [0],
        position: (await realm.server.realtime()?.positionOf({ userId: tab.user })) ?? '',
      }),
      on: { tick: (list, payload) => [...list, payload as number] },
    });
    const probe = await mount(() => hooks.useSharedState(shared));
    expect(probe.last()).toEqual({ state: undefined, stale: true });
    await run(realm, 1_000);
    await realm.server.to('all').emit('tick', 1);
    await run(realm, 500);
    expect(probe.last()).toEqual({ state: [0, 1], stale: false });
  });

  test('a transition that waits while events come: what is shown goes on, and nothing shows an older state', async () => {
    const realm = createRealm();
    const tab = realm.openTab();
    const shared = tab.socket.state<number[]>({
      name: 'ticks',
      load: async () => ({
        state: [0],
        position: (await realm.server.realtime()?.positionOf({ userId: tab.user })) ?? '',
      }),
      on: { tick: (list, payload) => [...list, payload as number] },
    });
    const gate = createGate();
    let show = (_count: number): void => {};
    const host = document.createElement('div');
    const root = createRoot(host);
    /** What all components of a commit showed; more than one text: it was torn. */
    const commits: string[][] = [];
    const observer = new MutationObserver(() => commits.push([...new Set(textsIn(host))]));
    observer.observe(host, { childList: true, characterData: true, subtree: true });
    undo.unshift(() => act(async () => root.unmount()));
    const app = createElement(Several, {
      ...{ react, gate },
      useText: () => (hooks.useSharedState(shared).state ?? []).join(),
      useCount: () => {
        const [count, setCount] = react.useState(2);
        show = (next) => react.startTransition(() => setCount(next));
        return count;
      },
    });
    await act(async () => root.render(createElement(StrictMode, null, createElement(react.Suspense, null, app))));
    await run(realm, 1_000);
    const tick = async (n: number): Promise<void> => {
      await realm.server.to('all').emit('tick', n);
      await run(realm, 500);
    };
    await tick(1);
    expect(textsIn(host)).toEqual(['0,1', '0,1']);
    await act(async () => show(3));
    await tick(2);
    expect(textsIn(host)).toEqual(['0,1,2', '0,1,2']);
    await act(async () => gate.open());
    await tick(3);
    expect(textsIn(host)).toEqual(['0,1,2,3', '0,1,2,3', '0,1,2,3']);
    observer.disconnect();
    expect(commits.length).toBeGreaterThan(2);
    expect(commits.filter((texts) => texts.length > 1)).toEqual([]);
  });

  test('[P3] useCommand: pending, data, error; ignored promises and gone components are fine', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    undo.unshift(() => void process.off('unhandledRejection', unhandled));
    const realm = createRealm({
      server: {
        serve(realtime) {
          realtime.onCommand('double', async (data) => {
            if (typeof data !== 'number') throw new Error('on purpose');
            return data * 2;
          });
        },
      },
    });
    const tab = realm.openTab();
    const probe = await mount(() => hooks.useCommand(tab.socket, 'double'));
    await run(realm, 1_000);
    await act(async () => void probe.last().run(4));
    expect(probe.last()).toMatchObject({ pending: true, data: undefined });
    await run(realm, 500);
    expect(probe.last()).toMatchObject({ pending: false, data: 8, error: undefined });
    await act(async () => void probe.last().run('four'));
    await run(realm, 500);
    expect(probe.last()).toMatchObject({ pending: false, data: 8, error: { code: 'command_failed' } });
    // Two at once: the later one counts.
    await act(async () => void [probe.last().run(1), probe.last().run(2)]);
    await run(realm, 500);
    expect(probe.last()).toMatchObject({ pending: false, data: 4, error: undefined });
    await act(async () => void probe.last().run('five'));
    await probe.unmount();
    await run(realm, 500);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('useCommand: another command begins anew', async () => {
    const realm = createRealm({ server: { serve: (realtime) => realtime.onCommand('a', () => 'done') } });
    const tab = realm.openTab();
    let name = 'a';
    const probe = await mount(() => hooks.useCommand(tab.socket, name, { timeoutMs: 2_000 }));
    await run(realm, 1_000);
    await act(async () => void probe.last().run());
    await run(realm, 500);
    expect(probe.last().data).toBe('done');
    name = 'b';
    await probe.render();
    expect(probe.last()).toMatchObject({ pending: false, data: undefined, error: undefined });
    await act(async () => void probe.last().run());
    await run(realm, 3_000);
    expect(probe.last().error).toMatchObject({ code: 'unknown_command' });
  });
});
