import type { SettingPath } from './config.ts';
import type { Setting } from './setting.ts';
import { SETTINGS } from './settings.ts';

/** One row of the key table. */
export interface KeyEntry {
  readonly path: SettingPath;
  /** The environment variable that sets it. */
  readonly envName: string;
  readonly setting: Setting<unknown>;
}

/** Every setting once, in the order of the table. */
export const KEY_TABLE: readonly KeyEntry[] = Object.entries(SETTINGS).flatMap(([name, content]) =>
  isSetting(content)
    ? [entry(name, content)]
    : Object.entries<Setting<unknown>>(content).map(([field, setting]) => entry(`${name}.${field}`, setting)),
);

/** Names of the sections, for telling a section from a setting. */
export const SECTIONS: ReadonlySet<string> = new Set(
  Object.entries(SETTINGS).flatMap(([name, content]) => (isSetting(content) ? [] : [name])),
);

const BY_PATH: ReadonlyMap<string, KeyEntry> = new Map(KEY_TABLE.map((row) => [row.path, row]));

export function findKey(path: string): KeyEntry | undefined {
  return BY_PATH.get(path);
}

/** `client.apiKey` → `CLIENT_API_KEY` */
export function envNameOf(path: string): string {
  return path
    .replaceAll('.', '_')
    .replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase();
}

function entry(path: string, setting: Setting<unknown>): KeyEntry {
  // The path was built from the table's own keys, of which `SettingPath` is the type.
  return { path: path as SettingPath, envName: envNameOf(path), setting };
}

function isSetting(content: object): content is Setting<unknown> {
  return 'about' in content;
}
