import type { ErrorCode } from '../errors/error-code.ts';

/** What every route that needs the store may answer. */
export const STORE_ERRORS: readonly ErrorCode[] = ['store_unavailable', 'store_rejected'];
