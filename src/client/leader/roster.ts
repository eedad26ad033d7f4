/** The tabs that a leader knows of. There is no receipt on the channel: who stays silent twice is forgotten. */
import type { Cancel, Clock } from '../../core/ports.ts';

interface Roster {
  /** Calls the roll once a minute from now on. */
  start(): void;
  /** The tab said something; true: it is a new one. */
  heard(tab: string): boolean;
  forget(tab: string): void;
  tabs(): readonly string[];
  close(): void;
}

interface RosterDeps {
  readonly clock: Clock;
  /** It did not answer the last two calls. */
  readonly onGone: (tab: string) => void;
  /** Asks all tabs to say that they are there. */
  readonly call: () => void;
}

const rollCallMs = 60_000;
/** Tabs beyond this are served but not remembered. */
export const maxTabs = 500;

export function createRoster({ clock, onGone, call }: RosterDeps): Roster {
  const silentByTab = new Map<string, number>();
  let stop: Cancel = () => {};

  function callRoll(): void {
    const gone = [...silentByTab].filter(([, silent]) => silent >= 2).map(([tab]) => tab);
    for (const tab of gone) silentByTab.delete(tab);
    for (const [tab, silent] of silentByTab) silentByTab.set(tab, silent + 1);
    for (const tab of gone) onGone(tab);
    // Before the call: whoever hears it may end this leadership.
    start();
    call();
  }

  function start(): void {
    stop = clock.after(rollCallMs, callRoll);
  }

  return {
    start,
    heard(tab) {
      const isNew = !silentByTab.has(tab);
      if (isNew && silentByTab.size >= maxTabs) return false;
      silentByTab.set(tab, 0);
      return isNew;
    },
    forget: (tab) => void silentByTab.delete(tab),
    tabs: () => [...silentByTab.keys()],
    close: () => stop(),
  };
}
