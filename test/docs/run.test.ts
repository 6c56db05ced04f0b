import { expect, test } from 'vitest';
import { run } from './support/run.ts';

test('a process has ended when all that it and its children printed has been read', async () => {
  const how = { cwd: '.', env: { PATH: process.env.PATH ?? '' } };
  expect(await run('sh', ['-c', '(sleep 0.2; echo late) & echo early'], how)).toEqual({
    exitCode: 0,
    output: 'early\nlate\n',
    complaints: '',
  });
});
