import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ERROR_CATALOGUE } from '../../packages/http-hono/src/errors/error-catalogue.ts';

test('docs/errors.md has a heading for each code, and none for a code that does not exist', async () => {
  const page = await readFile('docs/errors.md', 'utf8');
  const headings = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, code]) => code);
  const codes = Object.keys(ERROR_CATALOGUE);
  expect(codes.filter((code) => !headings.includes(code))).toEqual([]);
  // These are thrown when a dispatcher is built: they have no answer over HTTP.
  expect(headings.filter((code) => code !== undefined && !codes.includes(code))).toEqual([
    'invalid_options',
    'unsupported_runtime',
  ]);
});

test('the page says the HTTP status of each', async () => {
  const page = await readFile('docs/errors.md', 'utf8');
  const wrong = Object.entries(ERROR_CATALOGUE).filter(([code, { status }]) => {
    const section = page.split(`### \`${code}\``)[1]?.split('\n#')[0] ?? '';
    return !section.includes(String(status));
  });
  expect(wrong).toEqual([]);
});
