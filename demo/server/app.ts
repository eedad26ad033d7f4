/** What every feature of the demo stands on, and what a feature is. */
import type { ChannelRules, ModuleByType, Realtime } from 'onesocket/server';
import type { Server } from 'socket.io';
import type { ClientEvents, ServerEvents } from '../shared/events.ts';
import type { Database } from './database.ts';
import type { Route } from './http/router.ts';
import type { Logbook } from './logbook.ts';
import type { Nodes } from './nodes.ts';
import type { Outages } from './outages.ts';
import type { Settings } from './settings.ts';
import type { Stores } from './stores.ts';

export interface App {
  readonly settings: Settings;
  readonly io: Server<ClientEvents, ServerEvents>;
  readonly realtime: Realtime<ServerEvents>;
  /** One for all nodes: what must hold on each of them is kept here. */
  readonly db: Database;
  readonly stores: Stores;
  readonly nodes: Nodes;
  readonly outages: Outages;
  readonly logbook: Logbook;
}

export interface Feature {
  /** All under `/api/v1/`. */
  readonly routes: readonly Route[];
  /** After everything is connected, before the first visitor. */
  start(): void;
  stop(): void | Promise<void>;
}

/** One folder each: a repository, a service on it, and commands and routes that call the service. */
export interface FeatureDefinition {
  readonly name: string;
  /** Types of events that only sessions with a module hear, in the one table that `attachRealtime` takes. */
  readonly moduleByType?: ModuleByType;
  /** Channels that clients may join, by name. */
  readonly channels?: Readonly<Record<string, ChannelRules>>;
  /** Makes its tables, takes its commands; starts nothing yet. */
  create(app: App): Feature;
}
