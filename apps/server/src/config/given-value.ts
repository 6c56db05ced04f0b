import type { SettingPath } from './config.ts';
import type { Origin } from './origin.ts';

/** What a file or the environment says about a key, not yet checked. */
export interface GivenValue {
  readonly path: SettingPath;
  readonly value: unknown;
  readonly origin: Origin;
}
