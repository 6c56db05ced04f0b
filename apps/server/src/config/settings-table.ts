import { SecretMask } from '@messaging-system/adapters-webhook/contract';
import { describeOrigin } from '@messaging-system/cli/text';
import type { SettingPath } from './config.ts';
import { KEY_TABLE, type KeyEntry } from './key-table.ts';
import type { LoadedConfig } from './load-config.ts';
import { secretsOf } from './secrets-of.ts';
import type { Setting, Written } from './setting.ts';
import { shownValue } from './shown-value.ts';

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

/** Every setting in force with where it came from, one a line; of a secret only whether it is set. */
export function effectiveSettings({ config, origins }: LoadedConfig): string {
  const mask = new SecretMask(secretsOf(config));
  return KEY_TABLE.map(({ path, setting }) => {
    const value = valueAt(config, path);
    const origin = origins.get(path);
    const from = origin === undefined || origin.kind === 'default' ? '' : `  (${describeOrigin(origin)})`;
    return `${path} = ${mask.apply(shown(value, setting))}${from}`;
  }).join('\n');
}

function shown(value: unknown, { secret, show }: Setting<unknown>): string {
  if (value === undefined) return 'not set';
  return secret ? 'set, not shown' : (show?.(value) ?? shownValue(value));
}

function valueAt(config: object, path: SettingPath): unknown {
  return path
    .split('.')
    .reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), config);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
