import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Takes away what Node.js 20 does not have: what core asks for, and what undici fails without at its import. */
const OLDER = `
import workers from 'node:worker_threads';
import { syncBuiltinESMExports } from 'node:module';
delete Promise.withResolvers;
delete workers.markAsUncloneable;
syncBuiltinESMExports();
`;

function imported(specifier: string): Promise<string> {
  const code = `import(${JSON.stringify(specifier)}).then(() => console.log('imported'), (error) => console.log(error.code, error.message));`;
  const preload = `data:text/javascript,${encodeURIComponent(OLDER)}`;
  const flags = ['--conditions=@messaging-system/source', '--import', preload];
  return promisify(execFile)(process.execPath, [...flags, '--input-type=module', '-e', code], {
    cwd: import.meta.dirname,
  }).then(({ stdout }) => stdout);
}

test('an older runtime is named at the import, before undici fails on it', async () => {
  expect(await imported('@messaging-system/adapters-webhook')).toMatch(
    /^unsupported_runtime this runtime lacks Promise\.withResolvers; use Node\.js 24\.15 or later/,
  );
  expect(await imported('undici')).toContain('is not a function');
});
