import { KEY_TABLE, type KeyEntry } from './key-table.ts';
import type { Written } from './setting.ts';

/** The key table as Markdown, as the README has it. */
export function settingsTable(): string {
  const rows = KEY_TABLE.map((entry) =>
    row([
      `\`${entry.path}\``,
      `\`${entry.envName}\``,
      defaults(entry),
      `${entry.setting.about}${entry.setting.secret ? ' (secret)' : ''}`,
      entry.setting.allowed,
    ]),
  );
  return [
    row(['setting', 'environment variable', 'default', 'what it does', 'allowed']),
    row(['---', '---', '---', '---', '---']),
    ...rows,
  ].join('\n');
}

function defaults({ setting: { fallback, embedded } }: KeyEntry): string {
  return embedded === undefined
    ? written(fallback)
    : `${written(fallback)}; without APP_ENV ${written(embedded)}`;
}

function written(value: Written | undefined): string {
  return value === undefined ? '–' : `\`${value}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
