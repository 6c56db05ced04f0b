import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CATALOGUE } from '../../packages/http-hono/src/errors/error-catalogue.ts';

const page = readFileSync('docs/errors.md', 'utf8');
const headings = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, code = '']) => code);

/** The words in the first column of a section's tables. */
function listed(section: string): readonly string[] {
  const text = page.split(`## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = [...text.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)).sort();
}

function sources(pattern: string): string {
  return globSync(pattern)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

function found(text: string, ...patterns: readonly RegExp[]): readonly string[] {
  const words = patterns.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, ...groups]) => groups));
  return [...new Set(words.filter((word) => word !== undefined))].sort();
}

/** The words of a union type in a file. */
function union(file: string, type: string): readonly string[] {
  const [, members = ''] = new RegExp(`export type ${type} =([^;]+);`).exec(readFileSync(file, 'utf8')) ?? [];
  return found(members, /'(\w+)'/g);
}

const faults = union('packages/core/src/errors.ts', 'FaultCode');

test('docs/errors.md has a heading for each code, and none for a code that does not exist', () => {
  const codes = [...new Set([...Object.keys(ERROR_CATALOGUE), ...faults])];
  expect(faults.length).toBeGreaterThan(4);
  expect([...headings].sort()).toEqual(codes.sort());
});

test('the page says the HTTP status of each', () => {
  const wrong = Object.entries(ERROR_CATALOGUE).filter(([code, { status }]) => {
    const section = page.split(`### \`${code}\``)[1]?.split('\n#')[0] ?? '';
    return !section.includes(String(status));
  });
  expect(wrong).toEqual([]);
});

test('the page lists each code of the command line, and no other', () => {
  const codes = found(sources('packages/cli/src/**/*.ts'), /new CommandError\(\s*ExitCode\.\w+,\s*'(\w+)'/g);
  expect(codes.length).toBeGreaterThan(10);
  expect(listed('Of the command line')).toEqual(codes.filter((code) => !headings.includes(code)));
});

test("the page lists each code and each reason of the receiver's, and no other", () => {
  const codes = union('packages/receiver/src/receiver-error.ts', 'ReceiverErrorCode');
  const reasons = union('packages/receiver/src/webhook-verifier.ts', 'RefusalReason');
  const asked = found(sources('packages/receiver/src/**/*.ts'), /reason: '(\w+)'/g);
  expect(reasons.length).toBeGreaterThan(4);
  const all = new Set([...codes.filter((code) => !headings.includes(code)), ...reasons, ...asked]);
  expect(listed('Of the receiver')).toEqual([...all].sort());
});

// Words of several parts that are not reasons of a message.
const OTHER_WORDS = ['client_credentials', 'clock_unproven', 'cut_off', 'in_flight', 'not_journaled'];

test('the page lists each reason that the dispatcher and the senders give, and no other', () => {
  // The presets are data, with words of the providers.
  const webhook = sources('packages/adapters-webhook/src/{,auth/,contract/}*.ts');
  const text = `${sources('packages/core/src/**/*.ts')}\n${webhook}`;
  const reasons = found(
    text,
    /'([a-z]+(?:_[a-z]+)+)'/g,
    /reason: '(\w+)'/g,
    /waitsFor = '(\w+)'/g,
    /cutOff\('(\w+)', '(\w+)'\)/g,
    // The table in fault-reason.ts.
    /\['?[A-Z_]+'?, '(\w+)'\]/g,
  ).filter((word) => !OTHER_WORDS.includes(word) && !headings.includes(word));
  const onPage = listed('Reasons in a message').filter((word) => !word.includes('<'));
  expect(reasons.length).toBeGreaterThan(20);
  expect(reasons.filter((word) => !onPage.includes(word))).toEqual([]);
  expect(onPage.filter((word) => !text.includes(`'${word}'`))).toEqual([]);
});
