/** The tabs that a leader knows of. There is no receipt on the channel: who stays silent twice is forgotten. */

interface Roster {
  /** The tab said something; true: it is a new one. */
  heard(tab: string): boolean;
  forget(tab: string): void;
  tabs(): readonly string[];
  /** Before a roll-call: forgets who did not answer the last two; returns them. */
  callRoll(): readonly string[];
}

/** Tabs beyond this are served but not remembered. */
export const maxTabs = 500;

export function createRoster(): Roster {
  const silentByTab = new Map<string, number>();
  return {
    heard(tab) {
      const isNew = !silentByTab.has(tab);
      if (isNew && silentByTab.size >= maxTabs) return false;
      silentByTab.set(tab, 0);
      return isNew;
    },
    forget: (tab) => void silentByTab.delete(tab),
    tabs: () => [...silentByTab.keys()],
    callRoll() {
      const gone = [...silentByTab].filter(([, silent]) => silent >= 2).map(([tab]) => tab);
      for (const tab of gone) silentByTab.delete(tab);
      for (const [tab, silent] of silentByTab) silentByTab.set(tab, silent + 1);
      return gone;
    },
  };
}
