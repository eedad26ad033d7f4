/** One tab at a time: what it says of itself, and what its counters must have counted. */
import type { Member } from './member.ts';
import type { World } from './world.ts';

export function checkStatus({ judge }: World, member: Member): void {
  const { page, browser, socket, name } = member.tab;
  const { status } = socket;
  judge.check('P9', Object.isFrozen(status), () => `${name}: status is not frozen`);
  const { counters } = socket.diagnostics();
  // Each event met one handler that throws.
  const reported = counters.handlerErrors >= member.recorder.received();
  judge.check(
    'P7',
    reported,
    () => `${name}: ${counters.handlerErrors} errors of ${member.recorder.received()} events`,
  );
  const forged = browser.bus.forgedFor(page);
  judge.check('P8', counters.malformed >= forged, () => `${name} counted ${counters.malformed} of ${forged} forgeries`);
  if (page.state() !== 'running' || status.role === 'none' || status.role === 'electing') return;
  const { degraded } = status;
  const { locks, channels, storage } = browser.has;
  const say = (): string => `${name} is ${status.role}, degraded: ${degraded.join()}`;
  judge.check('P10', degraded.includes('no-locks') === !locks, say);
  judge.check('P10', degraded.includes('no-channel') === !channels, say);
  judge.check('P10', (status.role === 'solo') === !channels, say);
  const untroubled = browser.disk.troubledAt() < page.openedAt;
  judge.check('P10', degraded.includes('no-storage') ? !storage || !untroubled : storage, say);
}
