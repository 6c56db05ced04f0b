import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

// Each starts processes, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const PHONE = '+905551234567';

test('sends, shows, cancels and erases on the SQLite file, without a server', async () => {
  const home = temporaryHome();
  const sent = await runCli(home, ['send', PHONE, 'Hello\u001b[31m', '--key', 'k', '--direct', '--json']);
  expect(sent).toMatchObject({ exitCode: 0, stderr: '' });
  const { id } = JSON.parse(sent.stdout);

  const shown = await runCli(home, ['show', id, '--direct']);
  expect(shown.stdout).toMatch(
    /^id +[0-9a-f]{24}\nstatus +unsent\nphone number +\+905551234567\ncontent +Hello\n/,
  );

  const again = await runCli(home, ['send', PHONE, 'Another', '--key', 'k', '--direct', '--json']);
  expect(again).toMatchObject({ exitCode: 1, stdout: '' });
  expect(JSON.parse(again.stderr)).toMatchObject({ code: 'idempotency_conflict', details: [{ id }] });

  const cancelled = await runCli(home, ['cancel', id, 'f'.repeat(24), '--direct', '--json']);
  expect(cancelled.exitCode).toBe(1);
  expect(JSON.parse(cancelled.stdout).results).toMatchObject([
    { id, ok: true, message: { status: 'cancelled' } },
    { ok: false, code: 'message_not_found' },
  ]);

  const unconfirmed = await runCli(home, ['erase', PHONE, '--direct']);
  expect(unconfirmed).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('pass --yes') });
  const erased = await runCli(home, ['erase', PHONE, '--yes', '--direct', '--json']);
  expect(JSON.parse(erased.stdout)).toEqual({ erased: 1, inFlightIds: [] });
});

test('makes no SQLite file for who only reads', async () => {
  const home = temporaryHome();
  const { exitCode, stderr } = await runCli(home, ['list', '--direct']);
  expect(exitCode).toBe(69);
  expect(stderr).toContain(`there is no SQLite file ${join(home, 'data/messages.db')}`);
  expect(existsSync(join(home, 'data'))).toBe(false);
});

const MIXED = `Order;Phone number;Text
1;${PHONE};one
2;0555;two
3;${PHONE}
1;${PHONE};one again
4;${PHONE};"four
lines"
`;
const MAPPING = ['--delimiter', ';', '--map', 'content=Text', '--key', 'Order'];

test('stores the good rows of a file, and writes the bad ones to a file that can be corrected and imported', async () => {
  const home = temporaryHome();
  writeFileSync(join(home, 'rows.csv'), MIXED);
  const first = await runCli(home, ['import', 'rows.csv', ...MAPPING, '--direct']);
  expect(first.exitCode).toBe(1);
  expect(first.stdout).toMatch(
    /^2 stored, 3 rejected .*\nAs SMS: 2 segments in GSM-7\nRejected rows: rows\.rejects\.csv\n$/,
  );
  expect(first.stderr).toMatch(/line 3: phoneNumber must be an international number/);
  expect(first.stderr).toMatch(/line 4: has 2 cells, and the header 3/);
  expect(first.stderr).toMatch(/line 5: idempotencyKey is also the key of another message/);

  const rejects = readFileSync(join(home, 'rows.rejects.csv'), 'utf8');
  expect(rejects).toMatch(/^Order;Phone number;Text;reject_line;reject_problem;reject_text\n2;0555;two;3;/);
  writeFileSync(join(home, 'corrected.csv'), rejects.replace('2;0555', `2;${PHONE}`));
  const corrected = await runCli(home, ['import', 'corrected.csv', ...MAPPING, '--direct', '--json']);
  expect(JSON.parse(corrected.stdout)).toMatchObject({ stored: 1, rejected: 2 });

  const again = await runCli(home, ['import', 'rows.csv', ...MAPPING, '--direct', '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({
    stored: 0,
    existing: 2,
    rejected: 3,
    rejectFile: join(home, 'rows.rejects-2.csv'),
  });

  const exported = await runCli(home, ['export', '--format', 'csv', '--direct']);
  expect(exported.stdout.match(/^[0-9a-f]{24},/gm)).toHaveLength(3);
  expect(exported.stdout).toContain('"four\nlines"');
});

test('stores nothing in a dry run, and finds the same rows bad', async () => {
  const home = temporaryHome();
  writeFileSync(join(home, 'rows.csv'), MIXED);
  const { exitCode, stdout } = await runCli(home, ['import', 'rows.csv', ...MAPPING, '--dry-run', '--json']);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ rows: 5, stored: 2, rejected: 3, dryRun: true });
  expect(existsSync(join(home, 'data'))).toBe(false);
});

test.each(['csv', 'ndjson'] as const)(
  'stores only the corrected row when a file of %s is corrected and imported again',
  async (format) => {
    const home = temporaryHome();
    const file = join(home, `rows.${format}`);
    const broken = format === 'csv' ? `${PHONE},"Hello 4` : `{"phoneNumber":"${PHONE}","content":"Hello 4`;
    const rowOf = (index: number): string =>
      format === 'csv'
        ? `${PHONE},Hello ${index}`
        : JSON.stringify({ phone_number: PHONE, content: `Hello ${index}` });
    const head = format === 'csv' ? ['phoneNumber,content'] : [];
    const write = (fourth: string): void =>
      writeFileSync(
        file,
        [...head, ...Array.from({ length: 1000 }, (_, index) => (index === 4 ? fourth : rowOf(index)))].join(
          '\n',
        ),
      );
    const run = async () => {
      const { stdout } = await runCli(home, ['import', file, '--direct', '--json']);
      return JSON.parse(stdout);
    };
    write(broken);
    const first = await run();
    write(rowOf(4));
    const second = await run();
    // Behind a quote that is never closed, nobody can tell the rows apart.
    expect(first.stored).toBe(format === 'csv' ? 4 : 999);
    expect(second).toMatchObject({ existing: first.stored, stored: 1000 - first.stored, rejected: 0 });
  },
);

test('delivers nothing again that was exported after it was sent, unless that is asked for', async () => {
  const home = temporaryHome();
  const row = (status: string, content: string) =>
    JSON.stringify({ _id: { $oid: '6955b9000102030405000001' }, phoneNumber: PHONE, content, status });
  writeFileSync(join(home, 'export.ndjson'), `${row('sent', 'one')}\n${row('unsent', 'two')}\n`);
  const first = await runCli(home, ['import', 'export.ndjson', '--direct']);
  expect(first.exitCode).toBe(1);
  expect(first.stdout).toMatch(/^1 stored, 1 rejected/);
  expect(first.stderr).toMatch(/line 1: its status is sent, not unsent: --any-status/);
  expect(first.stderr).toMatch(/not used: "_id" \(line 1\)/);
  const asked = await runCli(home, ['import', 'export.ndjson', '--any-status', '--direct', '--json']);
  expect(JSON.parse(asked.stdout)).toMatchObject({ stored: 1, existing: 1, rejected: 0, notUsed: ['_id'] });
  for (const format of ['csv', 'ndjson']) {
    await runCli(home, ['cancel', await firstId(home), '--direct']);
    await runCli(home, ['export', '--format', format, '--output', `again.${format}`, '--direct']);
    const again = await runCli(home, ['import', `again.${format}`, '--dry-run', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ rejected: format === 'csv' ? 1 : 2 });
  }
});

/** The newest message that is not sent yet. */
async function firstId(home: string): Promise<string> {
  const { stdout } = await runCli(home, ['list', '--status', 'unsent', '--direct', '--json']);
  return JSON.parse(stdout).items[0].id;
}

test('tells rows that say the same apart, and imports them once more under another name', async () => {
  const home = temporaryHome();
  const row = JSON.stringify({ phoneNumber: PHONE, content: 'Hi' });
  writeFileSync(join(home, 'rows.ndjson'), `${row}\n${row}\n`);
  const results = [];
  for (const more of [[], [], ['--source', 'second time']]) {
    const { stdout } = await runCli(home, ['import', 'rows.ndjson', ...more, '--direct', '--json']);
    results.push(JSON.parse(stdout));
  }
  expect(results).toMatchObject([
    { stored: 2, existing: 0 },
    { stored: 0, existing: 2 },
    { stored: 2, existing: 0 },
  ]);
});

test.each([
  ['a file that is not there', ['import', 'none.csv'], 66],
  ['a workbook', ['import', 'none.xlsx'], 65],
  ['an unknown status', ['list', '--status', 'lost'], 64],
  ['a stop of the store itself', ['stop', '--direct'], 64],
  ['--direct together with --url', ['list', '--direct', '--url', 'http://127.0.0.1:1'], 64],
  ['a URL that is none', ['list', '--url', 'localhost'], 64],
])('refuses %s', async (_, args, code) => {
  const { exitCode, stdout } = await runCli(temporaryHome(), args);
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
});

test('finds what is wrong with the configuration, the store and the webhook, and shows no secret', async () => {
  const home = temporaryHome();
  const wrong = await runCli(home, ['doctor'], { CLIENT_TIMEOUT: '15' });
  expect(wrong.exitCode).toBe(1);
  expect(wrong.stdout).toMatch(/^failed +configuration +client\.timeout: "15" is not allowed/);

  const unreachable = await runCli(home, ['doctor', '--json'], {
    CLIENT_URL: 'http://127.0.0.1:1/hook',
    CLIENT_API_KEY: 'client-key-0123456789',
    MONGO_URI: 'mongodb://ann:pa55word@127.0.0.1:1/?serverSelectionTimeoutMS=300',
    REDIS_URI: 'redis://:redis-pa55@127.0.0.1:1',
  });
  expect(unreachable.exitCode).toBe(1);
  expect(unreachable.stdout).not.toMatch(/client-key|pa55/);
  expect(JSON.parse(unreachable.stdout)).toMatchObject({
    ok: false,
    checks: [
      { name: 'configuration', result: 'ok' },
      { name: 'store', result: 'failed', detail: expect.stringContaining('MongoDB at 127.0.0.1:1') },
      { name: 'webhook', result: 'failed', advice: expect.stringContaining('Nothing listens there') },
      { name: 'server', result: 'skipped' },
    ],
  });
});
