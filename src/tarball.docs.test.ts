/** What is in the package as it is published: npm itself is asked. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const answer = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root,
  encoding: 'utf8',
});
const listed: unknown = JSON.parse(answer);
// By name since npm 12, a list before.
const [packed] = Object.values(listed as object) as { readonly files: readonly { readonly path: string }[] }[];
const files = new Set(packed?.files.map((file) => file.path));

/** Targets of relative links and pictures, from the package's root. */
function linksOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.split('#')[0] ?? '');
  const relative = targets.filter((target) => target !== '' && !/^[a-z]+:/.test(target));
  return relative.map((target) => path.posix.join(path.posix.dirname(file), target));
}

/** Proofs and pictures are looked at in the repository. */
const isOfRepository = (to: string): boolean =>
  /^(?:e2e|src|demo|docs\/(?:screenshots|reliability\.md|architecture\.md))/.test(to);

describe('the published package', () => {
  test('has what its own documents lead to', () => {
    const documents = [...files].filter((file) => file.endsWith('.md'));
    expect(documents).toContain('README.md');
    const isThere = (to: string) => files.has(to) || (isOfRepository(to) && existsSync(path.join(root, to)));
    const broken = documents.flatMap((file) =>
      linksOf(file).flatMap((to) => (isThere(to) ? [] : [`${file} -> ${to}`])),
    );
    expect(broken).toEqual([]);
  });

  test('has no source maps, which would be more than half of it', () => {
    expect([...files].filter((file) => file.endsWith('.map'))).toEqual([]);
  });
});
