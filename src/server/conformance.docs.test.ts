/** PROTOCOL.md and README.md against the code: tables, example messages, named tests, links. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMessage } from '../core/envelope.ts';
import { refreshReasons, retryByCode } from '../protocol/codes.ts';
import { limits } from '../protocol/limits.ts';
import {
  parseAuthenticated,
  parseCommandAnswer,
  parseCommandRequest,
  parseFrame,
  parseHandshake,
  parseRefresh,
  parseSyncAnswer,
  parseSyncRequest,
} from '../protocol/parse.ts';
import { parsePosition } from '../protocol/position.ts';
import { isReserved } from './names.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const protocol = read('PROTOCOL.md');

/** The part below the heading that begins so, up to the next one of any level. */
function section(heading: string): string {
  const [, text = ''] = protocol.split(`\n## ${heading}`);
  return text.split(/\n##? /)[0] ?? '';
}

/** Cells of the tables' rows, without what marks code. */
const rows = (text: string): string[][] =>
  [...text.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) =>
    row.split(' | ').map((cell) => cell.replaceAll('`', '').trim()),
  );

const known = (value: unknown): boolean => value !== null;
const packets: Readonly<Record<string, (value: unknown) => unknown>> = {
  CONNECT: parseHandshake,
  CONNECT_ERROR: (value) => (value as { data: { code: string } }).data.code in retryByCode || null,
  authenticated: parseAuthenticated,
  events: parseFrame,
  full_refresh: parseRefresh,
  command: parseCommandRequest,
  request_sync: parseSyncRequest,
  ping: (value) => value,
  reauthenticate: (value) => value,
};
const answers: Readonly<Record<string, (value: unknown) => unknown>> = {
  command: parseCommandAnswer,
  request_sync: parseSyncAnswer,
  ping: (value) => (value as { time: number }).time,
  reauthenticate: (value) => (value as { ok: true }).ok || null,
};

describe('PROTOCOL.md says what the code says', () => {
  it('every code with its policy', () => {
    const table = rows(section('11.')).slice(1);
    expect(Object.fromEntries(table.map(([code, policy]) => [code, policy]))).toEqual(retryByCode);
  });

  it('every reason of a refresh', () => {
    const reasons = rows(section('7.')).map(([reason]) => reason);
    expect(reasons.slice(1)).toEqual([...refreshReasons]);
  });

  it('the bounds', () => {
    const most = rows(section('13.')).map(([, value]) => Number(value));
    const { name, token, streams, frameEvents, args } = limits;
    expect(most.slice(1, 6)).toEqual([name, token, streams, frameEvents, args]);
    expect(limits.term).toBe(2 ** 52);
  });

  it('the reserved names', () => {
    const [, list = ''] = /Not: (.*) \|/.exec(section('8.')) ?? [];
    const names = [...list.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    expect(names).toHaveLength(13);
    expect(names.filter((name) => !isReserved(name))).toEqual([]);
  });

  it('the example session passes the guards', () => {
    const lines = [...section('14.').matchAll(/^(C>|S>|S=) (?:(\w+) )?(\{.*\})$/gm)];
    expect(lines.length).toBeGreaterThan(30);
    let asked = '';
    const wrong = lines.filter(([, from, name = '', json = '']) => {
      if (from === 'C>') asked = name;
      const parse = from === 'S=' ? answers[asked] : packets[name];
      const parsed = parse?.(JSON.parse(json)) ?? null;
      const { position } = (parsed ?? {}) as { position?: string };
      return !known(parsed) || (position !== undefined && !known(parsePosition(position)));
    });
    expect(wrong.map(([line]) => line)).toEqual([]);
    expect(known(parseFrame(JSON.parse(/```json\n([^`]*)```/.exec(section('4.'))?.[1] ?? 'null')))).toBe(true);
  });

  it('the types of messages between tabs', () => {
    const tabs = protocol.split('\n# Part two')[1]?.split('\n# Part three')[0] ?? '';
    const types = rows(tabs).flatMap(([type = '']) => (/^[a-z-]+$/.test(type) && type !== 'type' ? [type] : []));
    const link = { connection: 'connected', serial: 1, recovered: false };
    const statement = { client: 'c', link, positions: {}, steals: 0, tabs: [] };
    const state = { name: 'n', version: 0 };
    const command = { id: 'i', post: 1, args: [], answer: { ok: true }, cursors: {}, items: [] };
    const all = { v: 1, term: 1, from: 't', ...statement, ...state, ...command };
    expect(types.filter((type) => !known(parseMessage({ ...all, type })))).toEqual([]);
    expect(types).toHaveLength(15);
  });

  it('each test named as proof of a promise is there', () => {
    const named = [...protocol.matchAll(/^- `([\w./-]+\.ts)`: (.+)$/gm)];
    expect(named.length).toBeGreaterThan(30);
    const missing = named.filter(([, file = '', title = '']) => {
      return !existsSync(path.join(root, file)) || !read(file).includes(title);
    });
    expect(missing.map(([line]) => line)).toEqual([]);
  });
});

describe('the documents', () => {
  it.each(['README.md', 'PROTOCOL.md', 'CHANGELOG.md'])('%s links to files and headings that exist', (document) => {
    const text = read(document);
    const anchorsIn = (file: string): string[] =>
      [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w\s-]/g, '')
          .replaceAll(' ', '-'),
      );
    const broken = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].filter(([, file = '', anchor]) => {
      const target = file === '' ? document : file;
      if (!existsSync(path.join(root, target))) return true;
      return anchor !== undefined && !anchorsIn(target).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('the README names only scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read('README.md').matchAll(/npm (?:run )?([a-z:0-9]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => name !== 'install' && !Object.hasOwn(scripts, name))).toEqual([]);
  });
});
