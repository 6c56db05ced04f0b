import type { Origin } from '@messaging-system/cli';
import type { SettingPath } from './config.ts';

/** What a file or the environment says about a key, not yet checked. */
export interface GivenValue {
  readonly path: SettingPath;
  readonly value: unknown;
  readonly origin: Origin;
}
