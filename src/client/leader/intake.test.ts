import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import type { Cursor, Cursors } from '../../protocol/cursor.ts';
import { createLinks } from '../ports.fixture.ts';
import { createIntake } from './intake.ts';
import { createRelay } from './relay.ts';

const at = (id: number, epoch = 'e'): Cursor => ({ epoch, id });

function open(start: Cursors) {
  const clock = createManualClock();
  const links = createLinks();
  const quiet = { onOpen() {}, onPacket() {}, onClose() {}, onRefused() {} };
  const link = links.openLink({}, quiet);
  const intake = createIntake(
    {
      clock,
      relay: createRelay({ clock, send: () => () => {} }),
      link: () => link,
      defaultStream: () => undefined,
      fill() {},
      onRefresh() {},
      count() {},
    },
    start,
  );
  /** What the server is asked for. */
  const asked = () => links.last().requests.map(({ args }) => args[0]);
  return { intake, asked };
}

describe('what a leader takes from the greeting', () => {
  it('[P2] asks for what came after a place that it heard of while the handshake was under way', () => {
    const { intake, asked } = open({ s: at(1) });
    const sent = intake.positions();
    intake.open('late', at(3));
    expect(intake.resume({ s: at(1), late: at(7) }, sent)).toBe(true);
    expect(asked()).toEqual([{ stream: 'late', lastEventId: 3, epoch: 'e' }]);
  });

  it('[P2] asks for nothing that the server resumed, and opens what it added', () => {
    const { intake, asked } = open({ s: at(1) });
    expect(intake.resume({ s: at(1), more: at(7) }, intake.positions())).toBe(true);
    expect([asked(), { ...intake.positions() }]).toEqual([[], { s: at(1), more: at(7) }]);
  });

  it('[P6] drops a stream that is not granted any more', () => {
    const { intake } = open({ s: at(1), gone: at(5) });
    expect(intake.resume({ s: at(1) }, intake.positions())).toBe(false);
    expect({ ...intake.positions() }).toEqual({ s: at(1) });
  });
});
