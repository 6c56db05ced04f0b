import { type Command, Option } from 'commander';
import type { ExportOptions } from '../export/run-export.ts';
import { defineCommand, type Runner } from '../runner.ts';
import { names, status } from './parse-options.ts';

export function exportCommand(run: Runner): Command {
  return defineCommand<ExportOptions>(
    run,
    'export',
    {
      summary: 'write all messages as NDJSON or CSV',
      description:
        'Writes all messages, newest first, to standard output or a file. Read page by page: what is there throughout is written exactly once, however many there are.',
      asks: 'store',
      examples: [
        'export > messages.ndjson',
        'export --status failed --format csv --output failed.csv',
        'export --format csv --metadata order,shop --output orders.csv',
        'export | head -100',
      ],
    },
    (command) =>
      command
        .addOption(
          new Option('--format <format>', 'NDJSON has the attempts too')
            .choices(['ndjson', 'csv'])
            .default('ndjson'),
        )
        .option('--status <status>', 'only these', status)
        .option('--phone <number>', 'only those to this phone number')
        .option(
          '--raw',
          'CSV for programs: without a byte order mark, and without the apostrophe before what a spreadsheet would compute',
        )
        .option('--metadata <names>', 'a column of CSV for each of these, such as order,shop', names)
        .option('--responses', 'NDJSON also has what receivers answered, which may repeat what was sent')
        .option('--output <file>', 'where to; a file that is there already is not written over'),
    async (work, options) => (await import('../export/run-export.ts')).runExport(options, work),
  );
}
