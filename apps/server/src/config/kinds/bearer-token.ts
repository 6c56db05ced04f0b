import type { Kind } from '../setting.ts';
import { text } from './text.ts';

/** What can stand in `Authorization: Bearer …` (RFC 6750, section 2.1). */
export const bearerToken: Kind<string> = text(
  /^[\w.~+/=-]{1,512}$/,
  'letters, digits and any of - . _ ~ + / =',
);
