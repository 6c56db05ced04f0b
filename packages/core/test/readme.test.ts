import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readmeCode, runCode } from '../../../tooling/readme-code.ts';
import { DEFAULT_DISPATCHER_OPTIONS } from '../src/index.ts';

const PACKAGE = new URL('../', import.meta.url);

const read = (path: string): Promise<string> => readFile(new URL(path, PACKAGE), 'utf8');

test('the README embeds a dispatcher that delivers, and stops', async () => {
  const [embed, stop] = await readmeCode(PACKAGE);
  const untilSent = 'while ((await messages.counts()).sent.count < 1) await clock.sleep(5);';
  const show = "console.log('delivered', dispatcher.status().state);";
  expect(await runCode(PACKAGE, [embed, untilSent, stop, show].join('\n'))).toMatchObject({
    output: 'delivered stopped\n',
    complaints: '',
  });
});

test('the README’s program with a manual clock prints what it says', async () => {
  const [, , manual = ''] = await readmeCode(PACKAGE);
  const said = /console\.log\(.*\); \/\/ (\d+)/.exec(manual)?.[1];
  expect(said).toBeDefined();
  expect(await runCode(PACKAGE, manual)).toMatchObject({ output: `${said}\n`, complaints: '' });
});

test('the README names every option with its default', async () => {
  const { retry, breaker, rules, ...flat } = DEFAULT_DISPATCHER_OPTIONS;
  const expected = Object.entries({ ...flat, ...within('retry', retry), ...within('breaker', breaker) })
    .map(([name, value]) => `| \`${name}\` | \`${typeof value === 'string' ? `'${value}'` : value}\` |`)
    .concat(`| \`rules.maxContentLength\` | \`${rules.maxContentLength}\` |`);
  const readme = await read('README.md');
  expect(expected.filter((row) => !readme.includes(row))).toEqual([]);
  expect(expected).toHaveLength(17);
});

test('the README names every event', async () => {
  const source = await read('src/events/messaging-event.ts');
  const types = [...source.matchAll(/'([a-z_]+\.[a-z_]+)'/g)].map(([, type]) => type ?? '');
  const readme = await read('README.md');
  expect(types.length).toBeGreaterThan(20);
  expect(types.filter((type) => !readme.includes(`\`${type}\``))).toEqual([]);
});

function within(prefix: string, values: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
