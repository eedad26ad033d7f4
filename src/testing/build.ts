/** A page's ports as a tab of another build sees them. */
import type { Environment } from '../core/ports.ts';
import { toFields } from '../protocol/parse.ts';

/** `major`: another protocol between tabs; `minor`: fields and messages that this build does not know. */
export type Build = 'same' | 'minor' | 'major';

/** Groups are named by their protocol's major: nothing of one is seen by another. The server here speaks both. */
const rename = (name: string): string => name.replace(/^onesocket:1:/, 'onesocket:2:');

export function toBuild(environment: Environment, build: Build): Environment {
  if (build === 'same') return environment;
  return build === 'minor' ? toMinor(environment) : toMajor(environment);
}

function toMinor(environment: Environment): Environment {
  const { openBus } = environment;
  if (!openBus) return environment;
  return {
    ...environment,
    openBus(name, onMessage) {
      const bus = openBus(name, onMessage);
      return {
        close: bus.close,
        post(message) {
          bus.post({ ...toFields(message), since: 'a later minor', more: { of: ['this'] } });
          if (toFields(message)?.type === 'hello') bus.post({ ...toFields(message), type: 'greetings' });
        },
      };
    },
  };
}

function toMajor(environment: Environment): Environment {
  const { openBus, lock, store } = environment;
  return {
    ...environment,
    openBus:
      openBus &&
      ((name, onMessage) => {
        const bus = openBus(rename(name), (message) =>
          onMessage({ ...toFields(message), v: Number(toFields(message)?.v) - 1 }),
        );
        return { close: bus.close, post: (message) => bus.post({ ...toFields(message), v: 2 }) };
      }),
    lock: lock && {
      exclusive: lock.exclusive,
      request: (name, how, grant) => lock.request(rename(name), how, grant),
      ifFree: (name, critical) => lock.ifFree(rename(name), critical),
      holder: (name) => lock.holder(rename(name)),
    },
    async loadFallbackLock() {
      const fallback = await environment.loadFallbackLock();
      return { ...fallback, request: (name, how, grant) => fallback.request(rename(name), how, grant) };
    },
    store: store && {
      get: (key) => store.get(rename(key)),
      update: (key, change) => store.update(rename(key), change),
      remove: (key) => store.remove(rename(key)),
      wipe: (prefix) => store.wipe(rename(prefix)),
      readNow: (key) => store.readNow(rename(key)),
      writeNow: (key, value) => store.writeNow(rename(key), value),
      watchNow: (key, onChange) => store.watchNow(rename(key), onChange),
    },
  };
}
