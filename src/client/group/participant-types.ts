/** What a page's part in a group offers to the facades, and what it needs. */
import type { Environment, OpenLink } from '../../core/ports.ts';
import type { Settings } from '../options.ts';
import type { States } from '../state/states.ts';
import type { Channels } from '../tab/channels.ts';
import type { FacadeEvents, Tab } from '../tab/tab.ts';
import type { CounterName } from '../types.ts';
import type { Lane, Stay } from './household.ts';
import type { StatusParts } from './status.ts';

export interface Participant {
  readonly tab: Tab;
  readonly states: States;
  readonly channels: Channels;
  /** Enters the group, or tries again now. */
  join(): void;
  leave(): void;
  signOut(): Promise<void>;
  parts(): StatusParts;
  /** This tab leads, and an event of this place is above all that the group had handled when it took over. */
  isNewToGroup(stream: string, epoch: string, id: number): boolean;
  group(): string;
  client(): string;
  counters: Record<CounterName, number>;
}

/** A namespace that is led for other pages only: as whom, and how that ends. */
export interface Borrowed {
  readonly user: string;
  readonly close: () => void;
}

export interface ParticipantDeps {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly openLink: OpenLink;
  readonly events: FacadeEvents;
  /** Joins what the namespaces of a server and user share. */
  readonly enterHousehold: (name: string, lane: Lane, user: string) => Stay;
  /** Signs out of all that they share in this page, and tells the other pages. */
  readonly signOut: (household: string) => void;
  readonly borrowed: Borrowed | undefined;
}
