import type { ApiCaller } from '../access/api-keys.ts';

/** What every page needs to know of the request. */
export interface PageContext {
  /** Where the app is mounted: empty, or `/prefix`. */
  readonly base: string;
  /** Goes into every form. */
  readonly token: string;
  /** Whose key it is; what the key may not do is not offered. */
  readonly caller: ApiCaller;
  /** Whether there is somebody to log out. */
  readonly hasKey: boolean;
  readonly hasSandbox: boolean;
  readonly hasDocs: boolean;
  /** Of style and script, so that a browser keeps them until they change. */
  readonly assetVersion: string;
}

export type Section = 'overview' | 'messages' | 'new' | 'sandbox' | 'docs' | null;
