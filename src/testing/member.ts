/** One tab of a world, with what is known of it. */
import { signedOut } from '../client/reasons.ts';
import type { ChannelRecorder } from './channel-recorder.ts';
import type { SimTab } from './realm.ts';
import type { Recorder } from './recorder.ts';
import type { Replica } from './replica.ts';

export interface Member {
  readonly tab: SimTab;
  /** Browser, user and protocol: what shares a connection. */
  readonly group: string;
  readonly recorder: Recorder;
  /** Those that the app is in now. */
  readonly channels: ChannelRecorder[];
  /** `null` with a plain server. */
  readonly replica: Replica | null;
  /** The app left the group, by `disconnect()`. */
  left: boolean;
  /** Of its own leaderships. */
  highestTerm: number;
  /** When its last leadership, or its last term, began. */
  ledAt: number;
  /** When its connection was last had, or mirrored. */
  connectedAt: number;
  /** Events by number that `onOneTab` handed over here. */
  readonly oneTab: number[];
}

export const groupOf = ({ browser, user, build }: Pick<SimTab, 'browser' | 'user' | 'build'>): string =>
  `${browser.name}/${user}${build === 'major' ? '/2' : ''}`;

/** The user of those tabs stored it: named by the option, or by `auth`. */
export const isStoredBy = ({ user, build }: Pick<SimTab, 'user' | 'build'>, key: string): boolean =>
  key.startsWith(`onesocket:${build === 'major' ? 2 : 1}:`) &&
  (key.includes(`"${user}"]`) || key.includes(`"sub:${user}"]`));

/** It has been in its group; else it comes as a new page, whatever happened to the group before. */
export function hasJoined({ page, socket }: SimTab): boolean {
  const { connection, reason } = socket.status;
  // Of a user that only `auth` tells nobody knows after a sign-out; where `auth` told nobody yet, it was in no group.
  const isKnown = socket.diagnostics().group !== '' || reason?.message === signedOut.message;
  return page.active() && connection !== 'idle' && isKnown;
}
