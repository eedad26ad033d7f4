/** A command's round trip from a follower, nothing else going on. */
import type { Scenario } from '../run.ts';
import { openStage, read } from '../stage.ts';

const tabs = 5;
const perSample = 20;
const timeoutMs = 60_000;

export const command: Scenario = {
  name: 'command',
  title: 'Round trip of a command from a follower (a: from a tab), 5 tabs',
  variants: (_sizes, modes) => modes.map((mode) => ({ mode, tabs })),
  async run({ mode }, { commandSamples }, built) {
    const stage = await openStage({ mode, tabs, built });
    try {
      const leader = mode === 'a' ? null : await stage.leader();
      const [follower] = stage.tabs().filter((tab) => tab !== leader);
      if (!follower) throw new Error(`${mode}: no follower`);
      // A user gives commands in the tab in front.
      await follower.show();
      await read(follower, `roundTripsUs(2, ${perSample})`, timeoutMs);
      const roundTripUs = await read<number[]>(follower, `roundTripsUs(${commandSamples}, ${perSample})`, timeoutMs);
      return { samples: { roundTripUs }, faults: [] };
    } finally {
      await stage.close();
    }
  },
};
