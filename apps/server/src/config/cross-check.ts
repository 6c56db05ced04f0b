import type { Config, SettingPath } from './config.ts';

/** Something that several settings say together and that can't be. */
export interface CrossCheck {
  /** The setting to change; the first one is named as the problem's. */
  readonly concerns: readonly [SettingPath, ...SettingPath[]];
  /** The problem and the allowed values; null when there is no problem. */
  check(config: Config, appEnv: string | null): Complaint | null;
}

export interface Complaint {
  readonly problem: string;
  readonly allowed: string;
}
