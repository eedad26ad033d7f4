// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { type ReactNode, useState } from 'react';
import { afterEach, expect, test } from 'vitest';
import type { OneSocket } from '../../src/index.ts';
import { useCommand, useEvent, useStatus } from '../../src/react.ts';
import { createRealm } from '../../src/testing/index.ts';

interface ServerEvents {
  order_created: (order: { id: number }) => void;
}
interface ClientEvents {
  'order:cancel': (order: { id: number }, done: (left: number) => void) => void;
}

// The component under test: it takes its socket as a property.
function Orders({ socket }: { socket: OneSocket<ServerEvents, ClientEvents> }): ReactNode {
  const connection = useStatus(socket, (status) => status.connection);
  const [ids, setIds] = useState<readonly number[]>([]);
  const { run, error } = useCommand(socket, 'order:cancel');
  useEvent(socket, 'order_created', ({ id }) => setIds((before) => [...before, id]));
  const cancel = (id: number) =>
    run({ id }).then(
      () => setIds((before) => before.filter((other) => other !== id)),
      () => {}, // shown below
    );
  return (
    <section>
      <p role="status">{connection}</p>
      {error && <p role="alert">Not cancelled: {error.message}</p>}
      {ids.map((id) => (
        <button key={id} type="button" onClick={() => void cancel(id)}>
          Cancel order {id}
        </button>
      ))}
    </section>
  );
}

afterEach(cleanup);

test('shows orders as they come, and takes one away when the server has cancelled it', async () => {
  const realm = createRealm<ServerEvents, ClientEvents>();
  const cancelled: number[] = [];
  realm.server.onCommand('order:cancel', ({ id }) => cancelled.push(id));
  const tab = realm.openTab({ user: 'ada' });
  render(<Orders socket={tab.socket} />);
  await act(() => realm.settle());
  expect(screen.getByRole('status').textContent).toBe('connected');

  await realm.server.sendToUser('ada', 'order_created', { id: 7 });
  await realm.server.sendToUser('eve', 'order_created', { id: 8 });
  await act(() => realm.settle());
  expect(screen.getAllByRole('button').map(({ textContent }) => textContent)).toEqual(['Cancel order 7']);

  fireEvent.click(screen.getByRole('button', { name: 'Cancel order 7' }));
  await act(() => realm.settle());
  expect(cancelled).toEqual([7]);
  expect(screen.queryByRole('button')).toBeNull();
});

test('says so when a cancellation fails', async () => {
  const realm = createRealm<ServerEvents, ClientEvents>();
  const tab = realm.openTab({ user: 'ada' });
  render(<Orders socket={tab.socket} />);
  await act(() => realm.settle());
  await realm.server.sendToUser('ada', 'order_created', { id: 7 });
  await act(() => realm.settle());

  realm.goOffline();
  await act(() => realm.until(() => !tab.socket.connected));
  fireEvent.click(screen.getByRole('button', { name: 'Cancel order 7' }));
  await act(() => realm.run(31_000)); // the default `ackTimeout` is 30 s: simulated, so this takes no time
  expect(screen.getByRole('alert').textContent).toContain('Not cancelled');
  expect(screen.getByRole('button', { name: 'Cancel order 7' })).toBeTruthy();
});
