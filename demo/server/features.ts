/** All that the demo shows. */
import type { FeatureDefinition } from './app.ts';
import { desk } from './desk/feature.ts';
import { learning } from './learning/feature.ts';
import { notifications } from './notifications/feature.ts';
import { operations } from './operations/feature.ts';
import { shop } from './shop/feature.ts';

export const definitions: readonly FeatureDefinition[] = [desk, notifications, learning, shop, operations];
