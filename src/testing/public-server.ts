/** The simulated server as a test of an app sees it: the companion of the process that runs now, and its life. */
import type { Realtime } from '../server/realtime-types.ts';
import type { RealmServer, RealmServerOptions } from './public-types.ts';
import type { SimRealtime, SimServer, SimServerOptions } from './server.ts';

type Served = (realtime: SimRealtime) => void;

/** What the simulator's server is told, and what the test gets once that server is there. */
export function prepareServer<Listen, Emit>({
  serve,
  log,
  authenticate,
  ...rest
}: RealmServerOptions<Listen, Emit>): {
  readonly options: Partial<SimServerOptions>;
  readonly toServer: (server: SimServer) => RealmServer<Listen, Emit>;
} {
  const commands = new Map<string, Served>();

  function toServer(server: SimServer): RealmServer<Listen, Emit> {
    const own = {
      stop: server.stop,
      start: server.start,
      loseLog: server.resetLog,
      onCommand(...command: Parameters<SimRealtime['onCommand']>) {
        present(server, 'onCommand').onCommand(...command);
        commands.set(command[0], (realtime) => realtime.onCommand(...command));
      },
    };
    return new Proxy(own, {
      get(target, name) {
        if (Object.hasOwn(target, name)) return Reflect.get(target, name) as unknown;
        // A promise is known by its `then`: this is none.
        if (typeof name === 'symbol' || name === 'then') return undefined;
        return (...args: unknown[]) => {
          const realtime = present(server, name);
          const method: unknown = Reflect.get(realtime, name);
          if (typeof method !== 'function')
            throw new TypeError(`realm.server.${name} is not a method of the companion`);
          return Reflect.apply(method, realtime, args) as unknown;
        };
      },
    }) as unknown as RealmServer<Listen, Emit>;
  }

  const options: Partial<SimServerOptions> = {
    ...rest,
    ...(authenticate && { authenticate }),
    ...(log && { logOptions: log }),
    serve(realtime) {
      serve?.(realtime as unknown as Realtime<Listen, Emit>);
      for (const again of commands.values()) again(realtime);
    },
  };
  return { options, toServer };
}

function present(server: SimServer, method: string): SimRealtime {
  const realtime = server.realtime();
  if (realtime) return realtime;
  throw new Error(`realm.server.${method}(): the server is stopped, call realm.server.start() first`);
}
