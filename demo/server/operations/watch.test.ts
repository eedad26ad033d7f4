import { expect, onTestFinished, test } from 'vitest';
import { createStage } from '../stage.fixture.ts';
import { createWatch } from './watch.ts';

test('what the server stands on is up, until it is not: then it is told, once', async () => {
  const stage = createStage();
  onTestFinished(stage.close);
  let isBroken = false;
  const get: typeof stage.db.get = (sql, ...values) => {
    if (isBroken) throw new Error('disk I/O error');
    return stage.db.get(sql, ...values);
  };
  const watch = createWatch({ ...stage, db: { ...stage.db, get } });
  await watch.look();
  expect(watch.current()).toEqual({ 'event log': 'up', 'session registry': 'up', database: 'up' });
  expect(stage.told).toEqual([]);

  isBroken = true;
  await watch.look();
  await watch.look();
  expect(watch.current()).toMatchObject({ 'event log': 'up', database: 'down' });
  expect(stage.told).toMatchObject([
    {
      ...{ stream: 'channel:dashboard', type: 'infrastructure:status:changed' },
      payload: { component: 'database', status: 'down' },
    },
  ]);
  expect(stage.logbook.lines()).toMatchObject([{ level: 'warn', message: 'database is down' }]);
});
