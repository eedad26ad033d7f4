/** Commands: looks up who handles one, runs it at most once, bounds it in time and tells its one outcome. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { CommandAnswer, CommandRequest } from '../protocol/messages.ts';
import type { CommandStore } from './command-store.ts';
import type { Counters } from './diagnostics.ts';
import { CommandError } from './errors.ts';
import { createLimiter, type Limiter, type Rate } from './limits.ts';
import { isReserved } from './names.ts';
import { toPayload } from './payload.ts';
import { callPlainListeners } from './plain-listeners.ts';
import type { Clock, Logger, Peer } from './ports.ts';
import type { SessionInfo } from './registry.ts';

export interface CommandContext {
  readonly session: SessionInfo;
  /** The same for every repetition: a key for the handler's own transaction. */
  readonly id: string;
  /** Aborted when the lease ended: the caller was told that the outcome is unknown. */
  readonly signal: AbortSignal;
}

export type CommandHandler<Data = unknown, Result = unknown> = (
  data: Data,
  context: CommandContext,
) => Result | Promise<Result>;

export interface CommandOptions<Schema extends StandardSchemaV1 = StandardSchemaV1> {
  /** Any Standard Schema; the handler gets its output. */
  readonly schema?: Schema;
  /** Per connection, on top of the limit for all commands. */
  readonly limit?: Rate;
  /** How long the handler may take. @defaultValue the `leaseMs` of the companion, 30_000 */
  readonly leaseMs?: number;
}

/** Who sends a command. */
export interface Caller {
  readonly peer: Peer;
  readonly session: SessionInfo;
  /** Places of the caller's streams now. */
  position(): string;
  /** All commands of one connection. */
  readonly limiter: Limiter;
  /** Those with a limit of their own, by name. */
  readonly limiterByName: Map<string, Limiter>;
}

export interface Commands {
  on(name: string, options: CommandOptions, handler: CommandHandler): void;
  /** Never rejects. */
  run(request: CommandRequest, caller: Caller): Promise<CommandAnswer>;
}

interface CommandsOptions {
  readonly clock: Clock;
  readonly store: CommandStore;
  readonly counters: Counters;
  readonly logger: Logger;
  readonly leaseMs: number;
}

interface Registered {
  readonly options: CommandOptions;
  readonly handler: CommandHandler;
}

export function createCommands({ clock, store, counters, logger, leaseMs }: CommandsOptions): Commands {
  const registeredByName = new Map<string, Registered>();

  function isOverLimit(name: string, caller: Caller): boolean {
    if (!caller.limiter.take()) return true;
    const limit = registeredByName.get(name)?.options.limit;
    if (!limit) return false;
    const limiter = caller.limiterByName.get(name) ?? createLimiter(clock, limit);
    caller.limiterByName.set(name, limiter);
    return !limiter.take();
  }

  async function perform(request: CommandRequest, caller: Caller, lease: Lease): Promise<unknown> {
    const { name, args, id } = request;
    const registered = registeredByName.get(name);
    if (!registered) {
      const listeners = isReserved(name) ? [] : caller.peer.listenersOf(name);
      if (listeners.length === 0) throw new CommandError('unknown_command', `Nobody handles ${name}`);
      return toPayload(await callPlainListeners(listeners, args, (error) => toFailure(name, error)));
    }
    if (args.length > 1) throw new CommandError('too_many_arguments', `${name} takes one argument`);
    const data = await validate(registered.options.schema, args[0]);
    const context: CommandContext = {
      session: caller.session,
      id,
      get signal() {
        return lease.signal();
      },
    };
    return toPayload(await registered.handler(data, context));
  }

  function toFailure(name: string, error: unknown): CommandAnswer {
    if (error instanceof CommandError) return refusal(error.code, error.message);
    counters.count('command_failures');
    logger.error(`The command ${name} failed`, error);
    // What went wrong inside is nobody's business outside.
    return refusal('command_failed', 'The command failed');
  }

  const leaseOf = (name: string): number => registeredByName.get(name)?.options.leaseMs ?? leaseMs;

  function execute(request: CommandRequest, caller: Caller): Promise<CommandAnswer> {
    const { name, id } = request;
    const { userId } = caller.session;
    const lease = createLease();
    // Position first, then data: an event between the two is applied again rather than lost.
    const position = caller.position();
    return new Promise((resolve) => {
      const finish = async (answer: CommandAnswer): Promise<void> => {
        const standing = await store.settle(userId, id, answer).catch((error: unknown) => {
          logger.error(`The outcome of ${name} could not be stored`, error);
          return answer;
        });
        if (standing !== answer) counters.count('commands_too_late');
        resolve(standing);
      };
      const ms = leaseOf(name);
      const cancelLease = clock.after(ms, () => {
        counters.count('leases_ended');
        void finish(refusal('lease_ended', `${name} took longer than ${ms} ms; whether it took effect is unknown`));
        lease.end();
      });
      const done = (answer: CommandAnswer): void => {
        cancelLease();
        void finish(answer);
      };
      perform(request, caller, lease).then(
        (result) => done({ ok: true, result, position }),
        (error) => done(toFailure(name, error)),
      );
    });
  }

  async function run(request: CommandRequest, caller: Caller): Promise<CommandAnswer> {
    const { userId } = caller.session;
    const begun = await store.begin(userId, request, leaseOf(request.name));
    switch (begun.kind) {
      case 'known':
        counters.count('commands_repeated');
        return begun.outcome;
      case 'expired':
        return refusal('expired', 'Too old to tell whether it ran before');
      case 'full':
        return refusal('server_busy', 'Too many commands of this user are running');
      case 'run':
        break;
      default:
        return begun satisfies never;
    }
    // Only a new one is counted: a repetition must hear its outcome, not that it was refused.
    if (isOverLimit(request.name, caller)) {
      const answer = refusal('rate_limited', 'Too many commands');
      counters.count('rate_limited');
      await store.withdraw(userId, request.id, answer);
      return answer;
    }
    counters.count('commands');
    return execute(request, caller);
  }

  return {
    on(name, options, handler) {
      if (isReserved(name)) throw new TypeError(`onCommand: ${name} is a reserved name`);
      if (registeredByName.has(name)) throw new TypeError(`onCommand: ${name} has a handler already`);
      registeredByName.set(name, { options, handler });
    },
    run(request, caller) {
      return run(request, caller).catch((error: unknown) => {
        counters.count('command_store_errors');
        logger.error(`The command ${request.name} could not be recorded and was not run`, error);
        return refusal('unavailable', 'Commands can not be taken now');
      });
    },
  };
}

interface Lease {
  signal(): AbortSignal;
  end(): void;
}

/** Few handlers look at their signal, and making one costs as much as all the rest of a command. */
function createLease(): Lease {
  let ended = false;
  let abort: AbortController | null = null;
  return {
    signal() {
      abort ??= new AbortController();
      if (ended) abort.abort();
      return abort.signal;
    },
    end() {
      ended = true;
      abort?.abort();
    },
  };
}

export function refusal(code: string, message: string): CommandAnswer & { readonly ok: false } {
  return { ok: false, error: { code, message } };
}

async function validate(schema: StandardSchemaV1 | undefined, data: unknown): Promise<unknown> {
  if (!schema) return data;
  const checked = await schema['~standard'].validate(data);
  if (!checked.issues) return checked.value;
  const issues = checked.issues.map((issue) => issue.message).join('; ');
  throw new CommandError('invalid_payload', issues.slice(0, 500));
}
