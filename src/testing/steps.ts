/** All that a schedule can do. */
import type { Act } from './step.ts';
import { channelSteps } from './steps-channels.ts';
import { forgedSteps } from './steps-forged.ts';
import { pageSteps } from './steps-pages.ts';
import { worldSteps } from './steps-world.ts';

export const acts: Readonly<Record<string, Act>> = { ...pageSteps, ...worldSteps, ...channelSteps, ...forgedSteps };
