/** It degrades, openly: no locks, no channel, no storage. */
import type { Mutant } from './mutant.fixture.ts';

export const p10: readonly Mutant[] = [
  {
    id: 'p10-fallback-lost-unsaid',
    what: 'A tab for which the fallback election could not be loaded does not say that it has no channel.',
    file: 'src/client/group/group-ports.ts',
    find: "degraded: [...degraded, 'no-channel'] };",
    replace: 'degraded };',
  },
  {
    id: 'p10-channel-throws',
    what: 'Where the platform forbids a channel nothing works.',
    file: 'src/client/group/group-ports.ts',
    find: `    deps.logger.warn('no channel between the tabs: this tab connects for itself', error);
    return null;`,
    replace: '    throw error;',
  },
  {
    id: 'p10-no-channel-but-locks',
    what: 'Tabs without a channel stand for the lock, and those that wait get nothing.',
    file: 'src/client/group/group-ports.ts',
    find: 'if (!bus) return { bus, lock: null, degraded };',
    replace: 'if (!bus) return { bus, lock, degraded };',
  },
  {
    id: 'p10-store-hangs',
    what: 'A store that hangs is waited for.',
    file: 'src/client/group/memory.ts',
    find: `      let stop = clock.after(boundMs, () => {`,
    replace: `      let stop = clock.after(boundMs * 1_000, () => {`,
  },
  {
    id: 'p10-broken-again-and-again',
    what: 'A store that failed is tried at each call, and each failure is told.',
    file: 'src/client/group/memory.ts',
    find: '    broken = true;\n',
    replace: '',
  },
  {
    id: 'p10-no-storage-unsaid',
    what: 'The status does not say that storage failed.',
    file: 'src/client/group/participant.ts',
    find: "        degraded = [...degraded, 'no-storage'];\n",
    replace: '',
  },
  {
    id: 'p10-solo-fence-each-other',
    what: 'Tabs without a channel call themselves the same client, so that only one of them is let in.',
    file: 'src/client/group/candidacy.ts',
    find: `suffix: lock ? '' : \`/\${tab.id}\``,
    replace: "suffix: ''",
  },
  {
    id: 'p10-browser-counted-twice',
    what: 'Sibling tabs without a channel count as other browsers of the user.',
    file: 'src/server/registry.ts',
    find: 'return slash < 0 ? client : client.slice(0, slash);',
    replace: 'return client;',
  },
  {
    id: 'p10-solo-called-leader',
    what: 'A tab with a connection of its own calls itself the leader.',
    file: 'src/client/group/status.ts',
    find: "if (leading) return solo ? 'solo' : 'leader';",
    replace: "if (leading) return 'leader';",
  },
  {
    id: 'p10-nobody-steps-down',
    what: 'Without Web Locks a leader that hears a higher term goes on.',
    file: 'src/client/group/candidacy.ts',
    find: "election === null || by === 'follower'",
    replace: 'true',
  },
  {
    id: 'p10-fallback-steal-refused',
    what: 'Without Web Locks a hung leader is never replaced.',
    file: 'src/browser/fallback-lock.ts',
    find: '        queueMicrotask(granted);\n',
    replace: '',
  },
  {
    id: 'p10-storage-throws',
    what: 'Where localStorage is forbidden a read of it throws.',
    file: 'src/browser/store.ts',
    find: `      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }`,
    replace: '      return localStorage.getItem(key);',
  },
  {
    id: 'p10-full-storage-throws',
    what: 'A full localStorage keeps a page from leaving.',
    file: 'src/browser/store.ts',
    find: `      } catch {
        // Full or forbidden:`,
    replace: `      } catch (error) {
        throw error;
        // Full or forbidden:`,
  },
  {
    id: 'p10-insecure-ids',
    what: 'In an insecure context there is no way to make an id.',
    file: 'src/browser/clock.ts',
    find: "if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();",
    replace: 'return crypto.randomUUID();',
  },
  {
    id: 'p10-no-locks-unsaid',
    what: 'A page without Web Locks does not say so.',
    file: 'src/client/group/group-ports.ts',
    find: "...(lock ? [] : ['no-locks' as const]),",
    replace: '',
  },
  {
    id: 'p10-no-store-unsaid',
    what: 'A page without any storage does not say so.',
    file: 'src/client/group/participant.ts',
    find: ", ...(memory.broken() ? ['no-storage' as const] : [])]",
    replace: ']',
  },
];
