/** The promises of DESIGN.md as checks of a world, at the moments at which they can be seen. */
import { holdsToken } from './app.ts';
import { createCommandChecks } from './check-commands.ts';
import { createGroupChecks } from './check-groups.ts';
import { createReplacedCheck } from './check-replaced.ts';
import { createSignOutCheck } from './check-sign-out.ts';
import { checkStatus } from './check-status.ts';
import type { World } from './world.ts';

interface Checks {
  /** After each task. */
  eachTask(): void;
  /** After each step. */
  eachStep(): void;
  /** After the end: everything is settled. */
  atEnd(): void;
}

export function createChecks(world: World): Checks {
  const groups = createGroupChecks(world);
  const commands = createCommandChecks(world);
  const checkReplaced = createReplacedCheck(world);
  const checkSignedOut = createSignOutCheck(world);

  return {
    eachTask: groups.connections,
    eachStep() {
      for (const member of world.members) {
        if (member.tab.page.state() === 'dead') continue;
        member.recorder.compare();
        checkStatus(world, member);
      }
      groups.leaders();
      groups.mirrors();
      checkReplaced();
      commands.eachStep();
      checkSignedOut();
    },
    atEnd() {
      groups.connections();
      commands.eachStep();
      commands.atEnd();
      for (const { disk } of world.browsers) {
        const stored = disk.contents();
        world.judge.check('P6', !holdsToken(stored), () => `a token is stored: ${JSON.stringify(stored)}`);
      }
    },
  };
}
