import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

test('the package has no dependency, and its peers are optional', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(manifest.dependencies).toBeUndefined();
  const peers = Object.keys(manifest.peerDependencies);
  expect(peers.filter((peer) => manifest.peerDependenciesMeta[peer]?.optional !== true)).toEqual([]);
});

test('its sources import each other and Node alone', () => {
  const sources = globSync('src/*.ts', { cwd: ROOT });
  expect(sources.length).toBeGreaterThan(10);
  const imported = sources.flatMap((source) =>
    [...readFileSync(join(ROOT, source), 'utf8').matchAll(/ from '([^']+)'/g)].map(([, from]) => from ?? ''),
  );
  expect(imported.length).toBeGreaterThan(20);
  expect(imported.filter((from) => !from.startsWith('./') && !from.startsWith('node:'))).toEqual([]);
});
