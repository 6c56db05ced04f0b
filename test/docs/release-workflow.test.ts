import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const text = readFileSync(join(import.meta.dirname, '../../.github/workflows/release.yml'), 'utf8');
const jobs = (text.split(/^jobs:\n/m)[1] ?? '').split(/^(?= {2}[\w-]+:\n)/m);
const nameOf = (job: string): string => /^ {2}([\w-]+):/.exec(job)?.[1] ?? '';

test('the release has one job that may publish, and that job neither checks out nor installs nor runs code', () => {
  const publishing = jobs.filter((job) => job.includes('id-token: write'));
  expect(publishing.map(nameOf)).toEqual(['publish']);
  expect(publishing.join('')).not.toMatch(/checkout|npm (?:ci|install|i|run|exec)|npx|secrets\.|contents:/);
  expect(publishing.join('')).toContain('download-artifact');
});

test('the jobs that install with scripts or build have no right to write', () => {
  const building = jobs.filter((job) => /npm ci$|npm run check/m.test(job));
  expect(building.map(nameOf)).toEqual(['build']);
  expect(building.join('')).not.toMatch(/: write|secrets\./);
  expect(text).toMatch(/^permissions: \{ contents: read \}$/m);
});
