/** What may come in, by command or by REST. */
import * as v from 'valibot';
import { boardTypes, periods } from '../../shared/learning.ts';

export const answer = v.object({
  exerciseId: v.pipe(v.string(), v.maxLength(64)),
  option: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(9)),
});

export const boardWish = v.object({
  type: v.picklist(boardTypes),
  period: v.optional(v.picklist(periods), 'all_time'),
});
