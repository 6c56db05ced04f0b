import { type Command, InvalidArgumentError, Option } from 'commander';
import { encodingOf, type TextEncoding } from '../csv/text-encoding.ts';
import { contentTemplate, type Field, parseMapping } from '../import/column-mapping.ts';
import type { ImportOptions } from '../import/row-rules.ts';
import { defineCommand, type Runner } from '../runner.ts';
import { formatDuration } from '../text.ts';
import { duration, wholeNumber } from './parse-options.ts';

const PATIENCE_MS = 300_000;

const ABOUT = `
Columns are found by their names, however they are written: phoneNumber, content, idempotencyKey, sendAt, expiresAt and
metadata.NAME ("Phone number" and phone_number are phoneNumber). metadata.order is the entry "order" of the message's metadata, and so with any
other name. --map names other columns.

CSV is read as spreadsheets write it: in UTF-8 or UTF-16, or in the code page of --country or --encoding, with commas,
semicolons, tabs or bars between the cells, and with sep= in the first line. Empty rows are passed over. Phone numbers
may have spaces, dashes, dots and parentheses: +90 (555) 123-45-67 is +905551234567.

The names in NDJSON are found in the same way. Fields that are not used are listed. Documents of mongoexport are read
as they are.

It can be run again at any time, also after a crash, and after rows were corrected, added or removed: what is stored
is not stored twice. Rows are distinguished by the column of --key: its values count for every import, or with --source
only for the imports of that name. --unique COLUMN is the same for the name of the file (or --source): one message for
each value, and in the next campaign another one. Without either, rows are distinguished by their content, which of the
rows that say the same they are, and the name of the file (or --source).
Rows with a status other than unsent, as in an export, were dealt with before: they are refused without --any-status.
Rejected rows are printed with their lines, and written to a file with what is wrong (customers.rejects.csv for
customers.csv): fix them there and import that file. It ends with 1 if there were any.`;

export function importCommand(run: Runner): Command {
  return defineCommand<ImportOptions, [file: string]>(
    run,
    'import',
    {
      summary: 'enqueue the rows of a CSV or NDJSON file',
      description: 'Enqueues every row of a CSV or NDJSON file of any size, 1000 at a time.',
      asks: 'store',
      more: `${ABOUT}\n`,
      examples: [
        'import customers.csv --dry-run',
        'import orders.csv --key order_id',
        "import customers.csv --unique phoneNumber --source spring --content 'Hi {{name}}, it is spring.'",
        'import contacts.csv --country TR --map phoneNumber=Mobile --map content=Text --key Nr',
        "import numbers.csv --content 'We are closed on Monday.' --direct",
        'import messages.ndjson --json',
        'gunzip -c huge.csv.gz | messaging-system import - --format csv --source huge.csv',
      ],
    },
    (command) =>
      command
        .argument('<file>', 'its path, or - for standard input')
        .option(
          '--dry-run',
          'only check the rows with the rules of the local configuration; nothing is stored',
        )
        .addOption(
          new Option('--format <format>', 'format of the file, if its name does not show it').choices([
            'csv',
            'ndjson',
          ]),
        )
        .option(
          '--delimiter <character>',
          'between the cells of CSV, where the file does not tell; \\t for a tab',
          delimiter,
        )
        .option('--encoding <name>', 'of CSV, where the file does not tell, such as windows-1254', encoding)
        .option('--no-header', 'the first line of CSV is a row; the columns are called 1, 2, and so on')
        .option(
          '--map <field=column>',
          'which column a field is read from; may be repeated; a field is phoneNumber, content, idempotencyKey, sendAt, expiresAt or metadata.NAME',
          mapping,
          new Map(),
        )
        .option(
          '--key <column>',
          'the column that names a message once and for all, such as an order number; with --source, once in that import',
        )
        .addOption(
          new Option(
            '--unique <column>',
            'one message for each value of this column, such as the phone number, in this import',
          ).conflicts('key'),
        )
        .option(
          '--country <code>',
          'whose phone numbers may be in their national form, or begin with 00, and whose code page CSV may be in; such as TR',
        )
        .option(
          '--content <text>',
          'the text of every row that has none of its own; {{name}} is filled from the column of that name',
          contentTemplate,
        )
        .option('--source <name>', 'name of the import or campaign; by default the name of the file')
        .option('--any-status', 'also take rows whose status says sent, failed, … : these are sent again')
        .option('--raw', 'the file is a raw export, or one of an earlier version: keep apostrophes')
        .option('--rejects <path>', 'where rejected rows go')
        .option('--concurrency <n>', 'calls under way at the same time, 1 to 32', wholeNumber(1, 32), 4)
        .addOption(
          new Option('--patience <duration>', 'how long a call is repeated while the server does not answer')
            .argParser(duration)
            .default(PATIENCE_MS, formatDuration(PATIENCE_MS)),
        ),
    async (work, options, file) => (await import('../import/run-import.ts')).runImport(file, options, work),
  );
}

function mapping(text: string, before: ReadonlyMap<Field, string>): ReadonlyMap<Field, string> {
  const parsed = parseMapping(text);
  if (parsed !== null) return new Map([...before, parsed]);
  throw new InvalidArgumentError(
    'It is FIELD=COLUMN, with a field of phoneNumber, content, idempotencyKey, sendAt, expiresAt and metadata.NAME.',
  );
}

function delimiter(text: string): string {
  const character = text === '\\t' ? '\t' : text;
  if (/^[\t\x20-\x7e]$/.test(character) && character !== '"') return character;
  throw new InvalidArgumentError('It is one ASCII character, or \\t for a tab.');
}

function encoding(text: string): TextEncoding {
  const found = encodingOf(text);
  if (found !== null) return found;
  throw new InvalidArgumentError(
    'It is utf-8, utf-16le, utf-16be, or an encoding with one byte for a letter such as windows-1254 or iso-8859-9. Convert others to UTF-8.',
  );
}
