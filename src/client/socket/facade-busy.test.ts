import { expect, it } from 'vitest';
import { openPage } from './facade.fixture.ts';

const refusal = (code: string) => ({ ok: false, error: { code, message: 'not now' } });
const passing = ['unavailable', 'server_busy', 'rate_limited'];

async function openConnected() {
  const page = openPage();
  const socket = page.open();
  socket.connect();
  await page.accept();
  const settled: unknown[] = [];
  const emit = (): void => {
    socket.emitWithAck('pay').then(
      (value: unknown) => settled.push(value),
      (error: { code: string; outcome: string }) => settled.push(`${error.outcome} ${error.code}`),
    );
  };
  const reconnect = async (): Promise<void> => {
    page.links.last().events.onClose('transport close');
    await page.clock.advance(1_000);
    await page.accept();
  };
  return { ...page, emit, reconnect, settled };
}

it.each(passing)(
  '[P3] sends again what the server did not take now (%s), where it may have run before',
  async (code) => {
    const { clock, emit, reconnect, requests, settled } = await openConnected();
    emit();
    const [first] = requests('command');
    await reconnect();
    requests('command')[0]?.answer(refusal(code));
    await clock.advance(2_000);
    expect(settled).toEqual([]);
    const sent = requests('command');
    expect(sent.map(({ args }) => args)).toEqual([first?.args, first?.args]);
    sent[1]?.answer({ ok: true, result: 'paid' });
    await clock.settle();
    expect(settled).toEqual(['paid']);
  },
);

it('[P3] does so until its time is over, and says unknown then', async () => {
  const { clock, emit, reconnect, requests, settled } = await openConnected();
  emit();
  await reconnect();
  for (let second = 0; second < 30; second += 1) {
    for (const { answer } of requests('command')) answer(refusal('unavailable'));
    for (const { answer } of requests('ping')) answer({ time: 1 });
    await clock.advance(1_000);
  }
  expect(settled).toEqual(['unknown timeout']);
  const sent = requests('command').length;
  expect(sent).toBeGreaterThan(10);
  expect(sent).toBeLessThan(31);
  await clock.advance(3_000);
  expect(requests('command')).toHaveLength(sent);
});

it.each(passing)('[P3] what was sent once only was refused (%s), and is not sent again', async (code) => {
  const { clock, emit, requests, settled } = await openConnected();
  emit();
  requests('command')[0]?.answer(refusal(code));
  await clock.advance(3_000);
  expect(settled).toEqual([`refused ${code}`]);
  expect(requests('command')).toHaveLength(1);
});

it('[P3] without a connection it waits for the next one, and is sent again once', async () => {
  const { clock, emit, reconnect, requests, settled } = await openConnected();
  emit();
  await reconnect();
  requests('command')[0]?.answer(refusal('unavailable'));
  await clock.settle();
  await reconnect();
  expect(requests('command')).toHaveLength(1);
  requests('command')[0]?.answer({ ok: true, result: 'paid' });
  await clock.advance(3_000);
  expect(settled).toEqual(['paid']);
  expect(requests('command')).toHaveLength(1);
});
