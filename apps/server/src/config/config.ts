import type { Setting } from './setting.ts';
import type { SETTINGS } from './settings.ts';

/** The values of a table of settings, in its shape. */
export type ValuesOf<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer Value> ? Value : ValuesOf<Table[Key]>;
};

type PathsOf<Table> = {
  [Key in keyof Table & string]: Table[Key] extends Setting<unknown> ? Key : `${Key}.${PathsOf<Table[Key]>}`;
}[keyof Table & string];

/** The configuration in force. Durations are in ms, paths absolute. */
export type Config = ValuesOf<typeof SETTINGS> & {
  /** The values of `{env.NAME}` and `{file.PATH}` in settings of the client; absent if there are none. */
  readonly filledSecrets?: readonly string[];
};

/** A key as it is written: `client.apiKey`. */
export type SettingPath = PathsOf<typeof SETTINGS>;
