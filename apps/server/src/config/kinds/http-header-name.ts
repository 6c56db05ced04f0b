import type { Kind } from '../setting.ts';
import { text } from './text.ts';

/** A token of RFC 9110, section 5.6.2. */
export const httpHeaderName: Kind<string> = text(
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/,
  'the name of an HTTP header',
);
