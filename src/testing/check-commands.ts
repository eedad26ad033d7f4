/** P3: a command takes effect at most once, and its caller hears one outcome, in time. */
import type { World } from './world.ts';

/** A timer of a visible page is not later than this. */
const slackMs = 300;
/** What a handler that never succeeds may come to. */
const unsuccessful = ['refuse', 'boom', 'slow'];

interface CommandChecks {
  eachStep(): void;
  atEnd(): void;
}

export function createCommandChecks({ realm, ledger, members, judge }: World): CommandChecks {
  return {
    eachStep() {
      for (const { key, tab, at, timeoutMs, outcome } of ledger.commands()) {
        const runs = ledger.runs(key);
        judge.check('P3', runs <= 1, () => `command ${key} ran ${runs} times`);
        judge.check(
          'P3',
          outcome !== 'not_sent' || runs === 0,
          () => `command ${key} of ${tab} was "not_sent" and ran`,
        );
        if (outcome !== null) continue;
        const member = members.find((each) => each.tab.name === tab);
        if (member?.tab.page.state() !== 'running' || !member.tab.page.visible()) continue;
        const dueAt = Math.max(at, member.tab.page.lastDisturbed()) + timeoutMs + slackMs;
        judge.check('P3', realm.now() <= dueAt, () => `command ${key} of ${tab} has no outcome after ${timeoutMs} ms`);
      }
    },
    atEnd() {
      for (const { key, name, outcome, code } of ledger.commands()) {
        const runs = ledger.runs(key);
        const say = (): string =>
          `command ${key} (${name}): ${String(outcome)} (${code ?? 'no code'}), ran ${runs} times`;
        judge.check('P3', outcome !== 'result' || (runs === 1 && !unsuccessful.includes(name)), say);
        judge.check('P3', outcome !== 'refused' || runs === 0, say);
        judge.check('P3', outcome === null || !outcome.startsWith('error'), say);
      }
    },
  };
}
