import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingsTable } from '../src/config/settings-table.ts';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

test('has the table of settings as the key table has it', () => {
  const [, table] = /<!-- settings.* -->\n([\s\S]*)\n<!-- end of settings -->/.exec(readme) ?? [];
  expect(table).toBe(settingsTable());
});
