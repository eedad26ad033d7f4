/** What may come in, by command or by REST. */
import * as v from 'valibot';
import { levels, services, type WorkType, workTypes } from '../../shared/operations.ts';

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(32));
const defaultLines = 100;

export const kill = v.object({ service: v.picklist(services) });
export const create = v.object({
  eventType: v.picklist(workTypes as readonly [WorkType, ...WorkType[]]),
  poison: v.optional(v.boolean(), false),
});
export const replay = v.object({ eventId: id });
export const retry = v.object({ dlqId: id });

/** Of a query, whose values are text. */
export const recent = v.object({
  level: v.optional(v.picklist(levels)),
  limit: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,4}$/), v.transform(Number), v.minValue(1), v.maxValue(1_000)),
    String(defaultLines),
  ),
});
