/** A connector over links made by hand. */
import { createManualClock } from '../../core/clock.fixture.ts';
import type { Reason } from '../../core/connection.ts';
import type { Authenticated } from '../../protocol/messages.ts';
import type { OneSocketOptions } from '../option-types.ts';
import { toSettings } from '../options.ts';
import { createLinks } from '../ports.fixture.ts';
import { createConnector } from './connector.ts';

export const greeting: Authenticated = {
  success: true,
  onesocket: 1,
  userId: 'u',
  socketId: 'server-side',
  sessionId: 'y',
  time: 1,
  commandWindowMs: 1,
  streams: {},
};

export function openConnector(options: OneSocketOptions = {}) {
  const clock = createManualClock();
  const links = createLinks();
  const heard: string[] = [];
  const world = {
    visible: true,
    objection: null as Reason | null,
    handshake: { client: 'c' } as Readonly<Record<string, unknown>> | null,
  };
  const connector = createConnector({
    settings: toSettings('https://server/', { companion: true, randomizationFactor: 0, ...options }),
    clock,
    openLink: links.openLink,
    visible: () => world.visible,
    handshake: async () => world.handshake,
    onAuthenticated: (_, socketId) => {
      heard.push(`authenticated ${socketId}`);
      return world.objection;
    },
    onRenewed: (modules) => void heard.push(`renewed ${modules ?? 'all'}`),
    onOnline: () => void heard.push('online'),
    onPacket: (name) => void heard.push(`packet ${name}`),
    onTime: (time) => void heard.push(`time ${time}`),
    onDown: () => void heard.push('down'),
    onRefused: (code) => void heard.push(`refused ${code}`),
    onState: () => {},
    onGiveUp: (reason) => void heard.push(`gave up: ${reason.code}`),
  });
  /** The newest link opens and the server greets. */
  function greet(fields: Partial<Authenticated> = {}) {
    links.last().events.onOpen('id-of-socket');
    links.last().events.onPacket('authenticated', [{ ...greeting, ...fields }]);
  }
  return {
    clock,
    links,
    heard,
    world,
    connector,
    at: () => connector.state().at,
    packet: (name: string, ...args: unknown[]) => links.last().events.onPacket(name, args),
    requests: (name: string) => links.last().requests.filter((request) => request.name === name),
    greet,
    /** To the moment in which the server has greeted. */
    async goOnline(fields: Partial<Authenticated> = {}) {
      connector.start();
      await clock.settle();
      greet(fields);
    },
  };
}
