import type { Origin } from '@messaging-system/cli';
import type { SettingPath } from './config.ts';

/** A key's value from a file or the environment, not yet checked. */
export interface GivenValue {
  readonly path: SettingPath;
  readonly value: unknown;
  readonly origin: Origin;
}
