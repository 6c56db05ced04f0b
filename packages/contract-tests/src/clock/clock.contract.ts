import type { Contract } from '../define-contract.ts';
import type { ClockHarness } from '../harness/clock-harness.ts';

/** Every promise of `Clock`. */
export const clockContract: Contract<ClockHarness> = {};
