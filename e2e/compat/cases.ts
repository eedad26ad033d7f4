import { againCases } from './cases-again.ts';
import { dataCases } from './cases-data.ts';
import { emitCases } from './cases-emit.ts';
import { lifeCases } from './cases-life.ts';
import { listenCases } from './cases-listen.ts';
import { modifierCases } from './cases-modifiers.ts';
import { optionCases } from './cases-options.ts';
import type { Case } from './types.ts';

export const cases: readonly Case[] = [
  ...emitCases,
  ...modifierCases,
  ...listenCases,
  ...lifeCases,
  ...againCases,
  ...dataCases,
  ...optionCases,
];
