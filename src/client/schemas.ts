/** The app's schemas before its handlers: what does not hold to its schema reaches neither handler nor state. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Clock } from '../core/ports.ts';
import { oneSocketError } from './errors.ts';
import type { DefaultEventsMap, EventNames, EventParams } from './event-types.ts';
import type { CounterName } from './types.ts';

/** By event: a schema of any Standard Schema library for its first argument. */
export type Schemas<Listen = DefaultEventsMap> = {
  readonly [Name in EventNames<Listen>]?: StandardSchemaV1<unknown, EventParams<Listen, Name>[0]>;
};

/** The payload as its schema gives it back; `null`: it is invalid, and was reported. */
export type Check = (type: string, payload: unknown) => { readonly value: unknown } | null;

interface CheckDeps {
  readonly schemas: Schemas;
  readonly clock: Clock;
  readonly count: (name: CounterName) => void;
}

export function createCheck({ schemas, clock, count }: CheckDeps): Check {
  return (type, payload) => {
    const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
    let why = 'events keep their order, so its schema may not be asynchronous';
    let cause: unknown;
    try {
      const result = schema?.['~standard'].validate(payload) ?? { value: payload };
      if ('then' in result) result.catch(() => {});
      else if (!result.issues) return result;
      else {
        cause = result.issues;
        why = result.issues.map(toText).slice(0, 5).join('; ');
      }
    } catch (error) {
      cause = error;
      why = `its schema threw ${String(error)}`;
    }
    count('invalid');
    const message = `The event "${type}" was not delivered: ${why}`;
    clock.report(Object.assign(oneSocketError('invalid_payload', message), { cause }));
    return null;
  };
}

/** Where, and what. */
function toText({ path = [], message }: StandardSchemaV1.Issue): string {
  const where = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return where ? `${where}: ${message}` : message;
}
