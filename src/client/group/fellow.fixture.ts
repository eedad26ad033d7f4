/** The rest of a group, played by the test: another tab that says what it likes, and a lock that is granted by hand. */
import type { LeaderBody, Message, Statement, TabBody } from '../../core/envelope.ts';
import type { Lock, LockGrant } from '../../core/ports.ts';
import type { openPage } from '../socket/facade.fixture.ts';
import type { OneSocket } from '../types.ts';

export interface HandLock extends Lock {
  readonly requests: { readonly name: string; readonly how: 'queue' | 'steal'; readonly grant: LockGrant }[];
  steals(): number;
}

/** Nobody gets it unless the test grants it. */
export function createHandLock(exclusive = true): HandLock {
  const requests: HandLock['requests'] = [];
  return {
    requests,
    steals: () => requests.filter(({ how }) => how === 'steal').length,
    exclusive,
    request(name, how, grant) {
      requests.push({ name, how, grant });
      return () => {};
    },
    async ifFree(_, critical) {
      await critical();
      return true;
    },
    holder: async () => 'somebody',
  };
}

/** What a leader with a connection says of itself. */
export const toStatement = (fields: Partial<Statement> = {}): Statement => ({
  client: 'c',
  link: { connection: 'connected', serial: 1, recovered: false, time: 1 },
  positions: {},
  steals: 0,
  tabs: ['fellow'],
  ...fields,
});

export function joinAsFellow(page: ReturnType<typeof openPage>, socket: OneSocket) {
  const heard: Message[] = [];
  let onHeard: (message: Message) => void = () => {};
  const bus = page.hub.openBus(socket.diagnostics().group, (value) => {
    heard.push(value as Message);
    onHeard(value as Message);
  });
  return {
    heard,
    count: (type: Message['type']): number => heard.filter((message) => message.type === type).length,
    /** What to do at each message of the others. */
    answer(by: (message: Message) => void) {
      onHeard = by;
    },
    say(body: (LeaderBody | TabBody) & { readonly to?: readonly string[] }, term = 1, from = 'fellow', seq?: number) {
      bus.post({ v: 1, term, from, ...(seq && { seq }), ...body });
    },
  };
}

/** A page whose only tab follows the fellow, who holds the lock. */
export async function follow(page: ReturnType<typeof openPage>, fields: Partial<Statement> = {}) {
  const socket = page.open();
  socket.connect();
  await page.clock.settle();
  const fellow = joinAsFellow(page, socket);
  fellow.say({ type: 'lead', ...toStatement(fields) });
  await page.clock.settle();
  return { socket, fellow };
}
