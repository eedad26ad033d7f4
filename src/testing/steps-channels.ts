/** What happens to channels: events, tabs that join with a filter, tabs that leave. */
import { channelName, createChannelRecorder } from './channel-recorder.ts';
import { type Act, always, toMember } from './step.ts';

const filters = [[0], [1], [0, 2], [0, 1, 2]] as const;

export const channelSteps: Readonly<Record<string, Act>> = {
  emitChannel: {
    weight: 5,
    run: always((world, { much }) => {
      for (let count = 0; count <= much % 4; count += 1) void world.emit({ channel: channelName });
    }),
  },
  joinChannel: {
    weight: 3,
    run: toMember('running', ({ config, ledger, judge }, { tab, channels }, { much }) => {
      const kinds = filters[much % filters.length] ?? [0];
      if (config.plain || channels.length >= 3) return false;
      channels.push(createChannelRecorder({ tab, kinds, ledger, judge }));
      return true;
    }),
  },
  leaveChannel: {
    weight: 2,
    run: toMember('running', (_world, { channels }) => {
      channels[0]?.leave();
      return channels.shift() !== undefined;
    }),
  },
};
