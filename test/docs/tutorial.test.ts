import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TemporaryFolder } from '../../evidence/support/temporary-folder.ts';
import { freePort } from '../../tooling/free-port.ts';
import { missingLine } from './support/expectation.ts';
import { blocksOf } from './support/markdown-block.ts';
import { run } from './support/run.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = 'docs/tutorial.md';
const END = 'echo --- end of block';

test('the tutorial delivers 500 messages once each although the server is killed', {
  timeout: 120_000,
}, async () => {
  await using folder = await TemporaryFolder.make();
  const ports = { 3000: await freePort(), 4000: await freePort() };
  const here = (text: string): string =>
    text.replaceAll(/\b(3000|4000)\b(?=\/|\)|$|\s)/gm, (port) =>
      String(port === '3000' ? ports[3000] : ports[4000]),
    );
  const blocks = blocksOf(PAGE, await readFile(join(ROOT, PAGE), 'utf8'));
  const provider = blocks.find(({ language }) => language === 'js')?.code ?? '';
  await writeFile(join(folder.path, 'provider.mjs'), here(provider));
  await command(folder.path);
  // The project is there already, and so is the command.
  const scripts = blocks.filter(
    ({ language, code }) => language === 'sh' && !/git clone|export PATH/.test(code),
  );
  const ran = await run('/bin/bash', ['-euc', scripts.map(({ code }) => here(code)).join(`\n${END}\n`)], {
    cwd: folder.path,
    env: {
      PATH: `${join(folder.path, 'bin')}:${process.execPath.replace(/\/node$/, '')}:${process.env.PATH ?? ''}`,
      SERVER_PORT: String(ports[3000]),
      NO_COLOR: '1',
    },
    withinMs: 110_000,
    // The provider and the server end with the test, also when it fails.
    onStart: (group) => onTestFinished(() => endGroup(group)),
  });
  expect(ran.exitCode, `${ran.output}${ran.complaints}`).toBe(0);
  const outputs = ran.output.split(`${END.slice(5)}\n`);
  const missing = scripts.flatMap(({ printed, line }, index) => {
    const lost =
      printed === null ? null : missingLine(outputs[index] ?? '', printed.code.trimEnd().split('\n'));
    return lost === null ? [] : [`line ${line} does not print: ${lost}\n${outputs[index]}`];
  });
  expect(missing).toEqual([]);
  // It was killed in the middle: neither before the first message nor after the last one.
  const counts = [...ran.output.matchAll(/^(\d+) text messages sent/gm)].map(([, count]) => Number(count));
  expect(counts).toEqual([0, expect.any(Number), 500]);
  expect(counts[1]).toBeGreaterThan(0);
  expect(counts[1]).toBeLessThan(500);
});

/** The command line as it is installed, from its sources. */
async function command(folder: string): Promise<void> {
  const file = join(folder, 'bin/messaging-system');
  await mkdir(join(folder, 'bin'));
  const main = join(ROOT, 'apps/server/src/main.ts');
  await writeFile(
    file,
    `#!/bin/sh\nexec node --conditions=@messaging-system/source --no-warnings "${main}" "$@"\n`,
  );
  await chmod(file, 0o755);
}

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Everything has ended by itself.
  }
}
