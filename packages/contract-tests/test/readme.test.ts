import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import {
  clockContract,
  messageRepositoryContract,
  sentCacheContract,
  webhookSenderContract,
  webhookWireFormatContract,
} from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const SNIPPETS = [
  'own-message-repository.ts',
  'own-sent-cache.test.ts',
  'own-webhook-sender.test.ts',
  'own-clock.test.ts',
];

test.each(SNIPPETS)('the README shows %s as it is run here', (file) => {
  const snippet = readFileSync(new URL(`./readme/${file}`, import.meta.url), 'utf8');
  expect(readme).toContain(`\`\`\`ts\n${snippet}\`\`\``);
});

test('the complete example of the README runs under node:test', { timeout: 120_000 }, async () => {
  const example = new URL('./readme/own-message-repository.ts', import.meta.url).pathname;
  const flags = ['--conditions=@messaging-system/source', '--test-reporter=tap'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, example], {
    // A test runner within a test runner would report to the outer one.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    maxBuffer: 16 * 1024 * 1024,
  });
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(stdout).toMatch(new RegExp(`^# tests ${Object.keys(messageRepositoryContract).length + 1}$`, 'm'));
});

test('the README tells how many cases each contract has', () => {
  const contracts = {
    messageRepositoryContract,
    sentCacheContract,
    webhookSenderContract,
    webhookWireFormatContract,
    clockContract,
  };
  for (const [name, contract] of Object.entries(contracts)) {
    expect(readme).toContain(`| \`${name}\` | ${Object.keys(contract).length} |`);
  }
});
