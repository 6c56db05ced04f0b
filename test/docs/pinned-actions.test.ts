import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

test('workflows name actions by commit, with the version next to it: a tag can be moved', () => {
  const files = globSync('.github/workflows/*.yml', { cwd: ROOT });
  expect(files).not.toEqual([]);
  const uses = files.flatMap((file) => readFileSync(join(ROOT, file), 'utf8').match(/uses: .*/g) ?? []);
  expect(uses).not.toEqual([]);
  expect(uses.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
    [],
  );
});
