import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { CountingReceiver } from '../../evidence/support/counting-receiver.ts';
import { ServerProcess } from '../../evidence/support/server-process.ts';
import { TemporaryFolder } from '../../evidence/support/temporary-folder.ts';
import { until } from '../../evidence/support/until.ts';

const ROOT = join(import.meta.dirname, '../..');

async function snippets(page: string, language: string): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code]) => code ?? '',
  );
}

test('the README embeds a dispatcher that delivers', async () => {
  await using folder = await TemporaryFolder.make();
  await using receiver = await CountingReceiver.start();
  const [code] = await snippets('README.md', 'ts');
  const runnable = `${code}
while ((await messages.counts()).sent.count < 1) await new Promise((resolve) => setTimeout(resolve, 20));
dispatcher.stop();
await dispatcher.whenStopped();
await sender.close();
await store.close();
`
    .replace('http://127.0.0.1:3000/sandbox/webhook', receiver.url)
    .replace('./messages.db', join(folder.path, 'messages.db'));
  // Inside the workspace, so that its packages are found.
  const file = join(ROOT, '.cache/snippets', `readme-${process.pid}.ts`);
  await mkdir(join(ROOT, '.cache/snippets'), { recursive: true });
  await writeFile(file, runnable);
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@messaging-system/source', file],
      { timeout: 50_000 },
    );
    expect(stdout).toBe('stored\n');
  } finally {
    await rm(file);
  }
  expect(receiver.deliveries).toMatchObject([{ to: '+905551234567', content: 'Hello' }]);
});

test('the curl commands of the README do what it says', async () => {
  await using folder = await TemporaryFolder.make();
  await using server = await ServerProcess.start({}, folder.path);
  const shell = (await snippets('README.md', 'sh')).find((block) => block.includes('curl')) ?? '';
  const commands = shell
    .replaceAll('localhost:3000', server.url)
    .split(/^(?=curl )/m)
    .map((command) => command.replace(/ {2,}#.*$/gm, ''));
  const curl = async (command: string | undefined): Promise<string> =>
    (await promisify(execFile)('/bin/sh', ['-c', (command ?? '').replace('curl ', 'curl -s ')])).stdout;
  expect(JSON.parse(await curl(commands[0]))).toMatchObject({ status: 'unsent' });
  await until('it is listed', async () => (await curl(commands[1])).includes('"sentAt"'));
  expect(JSON.parse(await curl(commands[1]))).toMatchObject([{ status: 'sent' }]);
  expect(await curl(commands[2])).toContain('webhook-id');
});
