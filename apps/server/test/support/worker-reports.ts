import type { DispatcherStatus } from '@messaging-system/core';
import { STOPPED_STATUS } from '@messaging-system/core/adapter';

/** A dispatcher that runs and has nothing to do. */
export const RUNNING: DispatcherStatus = { ...STOPPED_STATUS, state: 'running' };
