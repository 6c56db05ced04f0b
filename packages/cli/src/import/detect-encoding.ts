import { CommandError } from '../command-error.ts';
import { encodingOf, type TextEncoding, UTF_8, UTF_16BE, UTF_16LE } from '../csv/text-encoding.ts';
import { ExitCode } from '../exit-code.ts';

/** The marks that programs write before the text. */
const MARKS = [
  { bytes: Buffer.from([0xef, 0xbb, 0xbf]), encoding: UTF_8 },
  { bytes: Buffer.from([0xff, 0xfe]), encoding: UTF_16LE },
  { bytes: Buffer.from([0xfe, 0xff]), encoding: UTF_16BE },
];

// The code pages that Windows programs write where people speak these languages.
const CODE_PAGES: readonly (readonly [string, string])[] = [
  ['windows-1250', 'AL BA CZ HR HU PL RO SI SK'],
  ['windows-1251', 'BG BY KG KZ MK MN RS RU TJ UA'],
  [
    'windows-1252',
    'AD AR AT AU BE BO BR CA CH CL CO CR DE DK DO EC ES FI FO FR GB GT HN IE IS IT LI LU MC MT MX NI NL NO NZ PA PE PT PY SE SM SV US UY VE ZA',
  ],
  ['windows-1253', 'CY GR'],
  ['windows-1254', 'AZ TR'],
  ['windows-1255', 'IL'],
  ['windows-1256', 'AE BH DZ EG IQ IR JO KW LB LY MA OM PK QA SA SY TN YE'],
  ['windows-1257', 'EE LT LV'],
];

const DECISIVE = 1_000;

export interface Detected {
  readonly encoding: TextEncoding;
  /** How many bytes the mark at the beginning has. */
  readonly mark: number;
}

/** The encoding that a byte order mark, or the zero bytes between the letters of UTF-16, tell. */
export function markedEncoding(head: Buffer): Detected | null {
  const mark = MARKS.find(({ bytes }) => head.subarray(0, bytes.length).equals(bytes));
  if (mark !== undefined) return { encoding: mark.encoding, mark: mark.bytes.length };
  const pairs = Math.min(2_048, Math.floor(head.length / 2));
  const zeros = [0, 0];
  for (let at = 0; at < pairs * 2; at += 1) if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [first = 0, second = 0] = zeros;
  if (second > pairs * 0.4 && first < pairs * 0.05) return { encoding: UTF_16LE, mark: 0 };
  if (first > pairs * 0.4 && second < pairs * 0.05) return { encoding: UTF_16BE, mark: 0 };
  return null;
}

/**
 * UTF-8 where most of what is not ASCII is valid UTF-8; else the code page of the country.
 * @throws CommandError where nobody can tell
 */
export async function unmarkedEncoding(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  country: string | null,
): Promise<TextEncoding> {
  const { valid, invalid, line } = await countUtf8(chunks);
  if (valid >= invalid) return UTF_8;
  const page = CODE_PAGES.find(([, countries]) => country !== null && countries.split(' ').includes(country));
  const encoding = page === undefined ? null : encodingOf(page[0]);
  if (encoding !== null) return encoding;
  throw new CommandError(
    ExitCode.DATA,
    'encoding',
    `line ${line} is not UTF-8, and nothing tells how else the file is encoded. Say it with --encoding: windows-1254 for a file of a Turkish Excel, windows-1252 for Western Europe, windows-1251 for Cyrillic. --country TR says it for CSV of that country.`,
  );
}

interface Utf8Count {
  /** Letters of several bytes. */
  readonly valid: number;
  /** Bytes that belong to no letter. */
  readonly invalid: number;
  /** Of the first of those. */
  readonly line: number;
}

// As byte strings: a letter of several bytes, or else a byte that belongs to none.
const LETTER = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g;
// The bytes that may go on in the next chunk.
const BEGUN = /(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})$/;

async function countUtf8(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Utf8Count> {
  const count = { valid: 0, invalid: 0, line: 0 };
  const before = { feeds: 0, returns: 0 };
  let rest = '';
  for await (const chunk of chunks) {
    const bytes = rest + chunk.toString('latin1');
    rest = BEGUN.exec(bytes)?.[0] ?? '';
    const whole = bytes.slice(0, bytes.length - rest.length);
    const linesUpTo = (end: number) => ({
      feeds: before.feeds + (whole.slice(0, end).split('\n').length - 1),
      returns: before.returns + (whole.slice(0, end).split('\r').length - 1),
    });
    for (const { 0: letter, index } of whole.matchAll(LETTER)) {
      if (letter.length > 1) count.valid += 1;
      else if (count.invalid++ === 0) {
        const { feeds, returns } = linesUpTo(index);
        count.line = (feeds || returns) + 1;
      }
    }
    if (Math.abs(count.valid - count.invalid) > DECISIVE) break;
    Object.assign(before, linesUpTo(whole.length));
  }
  return count;
}
