import type { SettingPath } from './config.ts';
import { KEY_TABLE } from './key-table.ts';
import type { LoadedConfig } from './load-config.ts';
import { describeOrigin } from './origin.ts';
import type { Setting } from './setting.ts';
import { shownValue } from './shown-value.ts';

/** Every setting in force with where it came from, one a line; of a secret only whether it is set. */
export function effectiveSettings({ config, origins }: LoadedConfig): string {
  return KEY_TABLE.map(({ path, setting }) => {
    const value = valueAt(config, path);
    const origin = origins.get(path);
    const from = origin === undefined || origin.kind === 'default' ? '' : `  (${describeOrigin(origin)})`;
    return `${path} = ${shown(value, setting)}${from}`;
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
