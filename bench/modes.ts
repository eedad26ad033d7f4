/** The rivals: `a` a connection per tab, `c` and `c3` relays by hand, `f` ours. */
import type { ServerMode } from './protocol.ts';

export const modes = ['a', 'c', 'c3', 'f'] as const;
export type Mode = (typeof modes)[number];

export const serverModeOf = (mode: Mode): ServerMode => (mode === 'f' ? 'companion' : 'plain');
