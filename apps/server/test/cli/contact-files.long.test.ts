import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteStore } from '@messaging-system/adapters-sqlite';
import { expect, test, vi } from 'vitest';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

// Each starts processes, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const MARK = '\uFEFF';
const TR = ['--country', 'TR'];
const GREETING = ['--content', 'Merhaba {{name}}'];

/** Turkish letters by their bytes: the code page of Windows, and that of ISO. Both have these at the same places. */
const TURKISH: Readonly<Record<string, number>> = {
  ğ: 0xf0,
  ı: 0xfd,
  ş: 0xfe,
  İ: 0xdd,
  Ş: 0xde,
  ü: 0xfc,
  ç: 0xe7,
};

function windows1254(text: string): Buffer {
  return Buffer.from(Array.from(text, (letter) => TURKISH[letter] ?? letter.charCodeAt(0)));
}

function utf16le(text: string): Buffer {
  return Buffer.from(MARK + text, 'utf16le');
}

interface ContactFile {
  readonly file: string;
  readonly bytes: string | Buffer;
  readonly args: readonly string[];
  /** Whom it is for, and what they get. */
  readonly stored: readonly (readonly [string, string])[];
  /** The errors of rows, or of the file, that cannot be taken. */
  readonly problems?: readonly RegExp[];
}

const AYŞE = ['+905551234567', 'Merhaba Ayşe'] as const;
const CAN = ['+905321112233', 'Merhaba Can Işık'] as const;

const FILES: Readonly<Record<string, ContactFile>> = {
  'Excel in Turkish, CSV (its code page, semicolons)': {
    file: 'musteriler.csv',
    bytes: windows1254(
      'name;phone number;\r\nAyşe;0555 123 45 67;\r\nCan Işık;(0532) 111 22 33;\r\n;;\r\n;;\r\n',
    ),
    args: [...TR, ...GREETING],
    stored: [AYŞE, CAN],
  },
  'Excel in Turkish, CSV UTF-8': {
    file: 'musteriler-utf8.csv',
    bytes: `${MARK}name;phone number\r\nAyşe;905551234567\r\nCan Işık;5321112233\r\n`,
    args: [...TR, ...GREETING],
    stored: [AYŞE, CAN],
  },
  'Excel in Turkish, Unicode text (UTF-16, tabs)': {
    file: 'musteriler.txt',
    bytes: utf16le('name\tphone number\r\nAyşe\t+90 555 123 45 67\r\n"Can Işık"\t00905321112233\r\n\t\r\n'),
    args: [...TR, ...GREETING],
    stored: [AYŞE, CAN],
  },
  'Excel in German, CSV with sep=': {
    file: 'kontakte.csv',
    bytes: Buffer.from(
      'sep=;\r\nname;Telefon;Notiz;Notiz\r\nJürgen;030 901820;a;b\r\nJörg;+49 (0)30 901821;;\r\n',
      'latin1',
    ),
    args: ['--country', 'DE', '--map', 'phoneNumber=Telefon', '--content', 'Hallo {{name}}'],
    stored: [
      ['+4930901820', 'Hallo Jürgen'],
      ['+4930901821', 'Hallo Jörg'],
    ],
  },
  'Excel in German, where numbers were rounded': {
    file: 'gerundet.csv',
    bytes: 'phone number;content\r\n9,05551E+11;Hallo\r\n+4930901820;Hallo\r\n',
    args: [],
    stored: [['+4930901820', 'Hallo']],
    problems: [/line 2: phoneNumber was rounded by a spreadsheet/],
  },
  'Excel in English, CSV': {
    file: 'customers.csv',
    bytes:
      'Phone Number,Content,,\r\n+1 (212) 555-0123,"Hi, Ann",,\r\n"=""+12125550124""",Hi Bob,,,,\r\n,,,\r\n',
    args: [],
    stored: [
      ['+12125550123', 'Hi, Ann'],
      ['+12125550124', 'Hi Bob'],
    ],
  },
  'Excel in English on an old Mac (CR)': {
    file: 'mac.csv',
    bytes: 'phone number,content\r+12125550123,Hi Ann\r0555,Hi Bob\r',
    args: [],
    stored: [['+12125550123', 'Hi Ann']],
    problems: [/line 3: phoneNumber must be an international number .*--country/],
  },
  'an Excel workbook': {
    file: 'customers.xlsx',
    bytes: Buffer.from('PK\x03\x04\x14\0\x06\0', 'latin1'),
    args: [],
    stored: [],
    problems: [/customers\.xlsx is a workbook such as \.xlsx, and no CSV\. Save it as "CSV UTF-8"/],
  },
  'LibreOffice, CSV': {
    file: 'calc.csv',
    bytes: 'phone_number,content\n"+905551234567","İyi ""bayramlar"""\n"+905321112233","İki\nsatır"\n',
    args: [],
    stored: [
      ['+905551234567', 'İyi "bayramlar"'],
      ['+905321112233', 'İki\nsatır'],
    ],
  },
  'LibreOffice, ISO-8859-9 without a country': {
    file: 'calc-iso.csv',
    bytes: windows1254('phone_number,content\n+905551234567,Merhaba\n+905321112233,Merhaba Işık\n'),
    args: [],
    stored: [],
    problems: [/line 3 is not UTF-8.*--encoding.*windows-1254/],
  },
  'LibreOffice, ISO-8859-9 that is named': {
    file: 'calc-iso-9.csv',
    bytes: windows1254('phone_number,content\n+905551234567,Merhaba Ayşe\n'),
    args: ['--encoding', 'iso-8859-9'],
    stored: [AYŞE],
  },
  'Google Sheets, TSV': {
    file: 'sheet.tsv',
    bytes: 'Name\tPhone number\tText, long\nAyşe\t+90 555 123 45 67\ta, b\nCan Işık\t+90 532 111 22 33\tc',
    args: GREETING,
    stored: [AYŞE, CAN],
  },
  'Salesforce, report (code page, all quoted, a footer)': {
    file: 'report.csv',
    bytes: windows1254(
      '"name","Phone number"\n"Ayşe","+90 (555) 123 45 67"\n"Can Işık","0532 1112233"\n\n"Confidential"\n',
    ),
    args: [...TR, ...GREETING],
    stored: [AYŞE, CAN],
    problems: [/line 5: has 1 cells, and the header 2/],
  },
  'HubSpot, CSV (quoted, columns of one name, no number)': {
    file: 'hubspot.csv',
    bytes:
      'Record ID,name,Phone Number,Email,Email\n"1","Ayşe","+90 555 123 45 67","a@x.test",""\n"2","Ada","","",""\n',
    args: [...TR, ...GREETING],
    stored: [AYŞE],
    problems: [/line 3: phoneNumber is required/],
  },
  'Zoho, CSV without a header (UTF-16BE)': {
    file: 'zoho.csv',
    bytes: Buffer.from('Ayşe;05551234567\r\nCan Işık;05321112233;\r\n', 'utf16le').swap16(),
    args: [...TR, '--no-header', '--map', 'phoneNumber=2', '--content', 'Merhaba {{1}}'],
    stored: [AYŞE, CAN],
  },
};

test('there are fifteen files', () => {
  expect(Object.keys(FILES)).toHaveLength(15);
});

test.each(Object.entries(FILES))(
  'a contact file of %s is imported whole, or refused with line and reason, and stores nothing twice',
  async (_, { file, bytes, args, stored, problems = [] }) => {
    const home = temporaryHome();
    writeFileSync(join(home, file), bytes);
    const run = () => runCli(home, ['import', file, ...args, '--direct']);
    const first = await run();
    for (const problem of problems) expect(first.stderr).toMatch(problem);
    expect(first).toMatchObject({ exitCode: problems.length === 0 ? 0 : stored.length === 0 ? 65 : 1 });
    expect(await messages(home)).toEqual(stored);
    const again = await run();
    expect(again.exitCode).toBe(first.exitCode);
    expect(await messages(home)).toEqual(stored);
  },
);

/** In the order in which they were stored. */
async function messages(home: string): Promise<readonly (readonly [string, string])[]> {
  if (!existsSync(join(home, 'data'))) return [];
  const store = await SqliteStore.open({ path: join(home, 'data/messages.db') });
  const listed = await store.messages.list({ limit: 100 });
  await store.close();
  if (listed.kind !== 'page') throw new Error(listed.kind);
  return listed.items.map(({ phoneNumber, content }) => [phoneNumber, content] as const).toReversed();
}

test.each([
  ['windows-1254', windows1254, ['--encoding', 'windows-1254']],
  ['UTF-16', utf16le, []],
] as const)(
  'the rows that are rejected from a file of %s keep their bytes, and can be imported',
  async (_, encode, args) => {
    const home = temporaryHome();
    writeFileSync(join(home, 'rows.csv'), encode('phone number;content\nx;İyi günler, Işık\n'));
    const { exitCode } = await runCli(home, ['import', 'rows.csv', ...args, '--direct']);
    expect(exitCode).toBe(1);
    const rejects = readFileSync(join(home, 'rows.rejects.csv'));
    expect(rejects.includes(encode('x;İyi günler, Işık;2;').subarray(encode('').length))).toBe(true);

    const number = encode('+905551234567').subarray(encode('').length);
    const at =
      rejects.indexOf(encode('\nx;').subarray(encode('').length)) + encode('\n').length - encode('').length;
    const letter = encode('x').length - encode('').length;
    writeFileSync(
      join(home, 'corrected.csv'),
      Buffer.concat([rejects.subarray(0, at), number, rejects.subarray(at + letter)]),
    );
    expect((await runCli(home, ['import', 'corrected.csv', ...args, '--direct'])).exitCode).toBe(0);
    expect(await messages(home)).toEqual([['+905551234567', 'İyi günler, Işık']]);
  },
);

test('a row of a file of UTF-8 that is not UTF-8 is written to the rejected ones byte for byte', async () => {
  const home = temporaryHome();
  const bad = Buffer.concat([Buffer.from('+905551234567,'), Buffer.from([0xfe, 0xff, 0xdd])]);
  writeFileSync(
    join(home, 'rows.csv'),
    Buffer.concat([Buffer.from('phone number,content\n'), bad, Buffer.from('\n+905551234567,şşşş\n')]),
  );
  const { exitCode, stderr } = await runCli(home, ['import', 'rows.csv', '--direct']);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining('line 2: is not UTF-8'),
  });
  expect(readFileSync(join(home, 'rows.rejects.csv')).includes(bad)).toBe(true);
});

test('rows that were rejected from a file without a header are imported by the same command', async () => {
  const home = temporaryHome();
  const args = ['--no-header', '--map', 'phoneNumber=1', '--map', 'content=2', '--direct'];
  writeFileSync(join(home, 'rows.csv'), 'x,=1+1\n+905551234567,Hi\n');
  expect((await runCli(home, ['import', 'rows.csv', ...args])).exitCode).toBe(1);
  const rejects = readFileSync(join(home, 'rows.rejects.csv'), 'utf8');
  writeFileSync(join(home, 'corrected.csv'), rejects.replace('\nx,', '\n+905551234568,'));
  expect(await runCli(home, ['import', 'corrected.csv', ...args])).toMatchObject({ exitCode: 0 });
  expect(await messages(home)).toEqual([
    ['+905551234567', 'Hi'],
    ['+905551234568', '=1+1'],
  ]);
});

test.each([
  ['sheet.xlsx', 'PK\x03\x04', /is a workbook/],
  ['sheet.csv', 'PK\x03\x04', /is a workbook/],
  ['rows.csv', '\x1f\x8b\x08', /is compressed.*gunzip -c/],
  ['numbers.csv', '+905551234567,Hi\n', /say --no-header/],
])('says of %s with the bytes %j what to do', async (file, bytes, problem) => {
  const home = temporaryHome();
  writeFileSync(join(home, file), Buffer.from(bytes, 'latin1'));
  expect(await runCli(home, ['import', file, '--dry-run'])).toMatchObject({
    exitCode: 65,
    stderr: expect.stringMatching(problem),
  });
});

test('refuses an encoding that the first bytes of the file contradict', async () => {
  const home = temporaryHome();
  writeFileSync(join(home, 'rows.csv'), utf16le('phone number,content\n'));
  const { exitCode, stderr } = await runCli(home, [
    'import',
    'rows.csv',
    '--encoding',
    'windows-1254',
    '--dry-run',
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 64, stderr: expect.stringContaining('is UTF-16LE') });
});
