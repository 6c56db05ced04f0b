import { formatDuration, parseDuration } from '@messaging-system/cli/text';
import { isNetwork } from '@messaging-system/http-hono';
import * as v from 'valibot';
import type { Kind } from './setting.ts';

/** A finite number, as such or as decimal text; `Number` alone would also take '', ' 1 ' and '0x1'. */
const numeric: v.GenericSchema<unknown, number> = v.union([
  v.pipe(v.number(), v.finite()),
  v.pipe(v.string(), v.regex(/^-?\d+(?:\.\d+)?$/), v.transform(Number), v.finite()),
]);

/** Text that a pattern describes. A number in YAML is refused: it would have lost its leading zeros by now. */
export function text(pattern: RegExp, allowed: string): Kind<string> {
  return { schema: v.pipe(v.string(), v.regex(pattern)), allowed };
}

export const line: Kind<string> = text(/^[^\p{Cc}]{1,200}$/u, '1 to 200 characters on one line');

export function choice<const Option extends string>(options: readonly Option[]): Kind<Option> {
  return { schema: v.picklist(options), allowed: `one of ${options.join(', ')}` };
}

export const flag: Kind<boolean> = {
  schema: v.union([
    v.boolean(),
    v.pipe(
      v.picklist(['true', 'false']),
      v.transform((given) => given === 'true'),
    ),
  ]),
  allowed: 'true or false',
};

export function wholeNumber(minimum: number, maximum: number): Kind<number> {
  return {
    schema: v.pipe(numeric, v.integer(), v.minValue(minimum), v.maxValue(maximum)),
    allowed: `a whole number from ${minimum} to ${maximum}`,
  };
}

export function decimal(minimum: number, maximum: number): Kind<number> {
  return {
    schema: v.pipe(numeric, v.minValue(minimum), v.maxValue(maximum)),
    allowed: `a number from ${minimum} to ${maximum}`,
  };
}

/** The value is in milliseconds. A number without a unit is refused: nobody could tell seconds from milliseconds. */
export function durationBetween(minimumMs: number, maximumMs: number): Kind<number> {
  return {
    schema: v.pipe(
      v.string(),
      v.transform(parseDuration),
      v.number(),
      v.minValue(minimumMs),
      v.maxValue(maximumMs),
    ),
    allowed: `a duration such as 500ms, 15s, 2m, 24h or 1h30m, from ${formatDuration(minimumMs)} to ${formatDuration(maximumMs)}`,
    show: formatDuration,
  };
}

/** One text or several: a list in YAML, or separated by commas. */
export function listOf(item: Kind<string>): Kind<readonly string[]> {
  return {
    schema: v.pipe(
      v.union([v.array(v.string()), v.string()]),
      v.transform((given) => (typeof given === 'string' ? partsOf(given) : given)),
      v.minLength(1),
      v.everyItem((part) => v.is(item.schema, part)),
    ),
    allowed: `${item.allowed}; or several of them, as a list or separated by commas`,
    whyNot: (given) => {
      const parts = typeof given === 'string' ? partsOf(given) : Array.isArray(given) ? given : [];
      return parts.map((part) => item.whyNot?.(part) ?? null).find((why) => why !== null) ?? null;
    },
  };
}

function partsOf(given: string): readonly string[] {
  return given.split(',').map((part) => part.trim());
}

export const regularExpression: Kind<RegExp> = {
  schema: v.pipe(
    v.string(),
    v.nonEmpty(),
    v.check(compiles),
    v.transform((given) => new RegExp(given, 'u')),
  ),
  allowed: 'a regular expression, without slashes',
  show: ({ source }) => source,
};

function compiles(given: string): boolean {
  try {
    return new RegExp(given, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** The value is the normalised URL. User names and passwords have a header of their own; in a URL they end up in logs. */
export const httpUrl: Kind<string> = {
  schema: v.pipe(
    v.string(),
    v.check(isPlainHttpUrl),
    v.transform((given) => new URL(given).href),
  ),
  allowed: 'an http or https URL without user name and password',
};

/** As {@link httpUrl}; one with holes stays as it is written. */
export const deliveryUrl: Kind<string> = {
  ...httpUrl,
  schema: v.pipe(
    v.string(),
    v.check(isPlainHttpUrl),
    v.transform((given) => (given.includes('{') ? given : new URL(given).href)),
  ),
};

export const proxyUrl: Kind<string> = {
  schema: v.union([v.literal('environment'), httpUrl.schema]),
  allowed: `${httpUrl.allowed}, or environment`,
};

function isPlainHttpUrl(given: string): boolean {
  const url = URL.parse(given);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

export const webOrigin: Kind<string> = text(
  /^(?:\*|https?:\/\/[^\s/?#,@]+)$/,
  'an origin such as https://admin.example.com, or *',
);

export const network: Kind<string> = {
  schema: v.pipe(v.string(), v.check(isNetwork)),
  allowed: 'an IP address, or a network such as 10.0.0.0/8',
};

/** A token of RFC 9110, section 5.6.2. */
export const httpHeaderName: Kind<string> = text(
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/,
  'the name of an HTTP header',
);

/** One HTTP status of a refusal or several: a number or a list in YAML, or separated by commas. */
export const httpStatuses: Kind<readonly number[]> = {
  schema: v.pipe(
    v.union([v.array(v.unknown()), v.number(), v.string()]),
    v.transform((given) =>
      typeof given === 'string'
        ? given.split(',').map((part) => part.trim())
        : Array.isArray(given)
          ? given
          : [given],
    ),
    v.array(v.pipe(numeric, v.integer(), v.minValue(300), v.maxValue(599))),
    v.minLength(1),
  ),
  allowed: 'HTTP statuses from 300 to 599, as a list or separated by commas',
};

/** The characters of `Authorization: Bearer …` (RFC 6750, section 2.1). */
export const bearerToken: Kind<string> = text(
  /^[\w.~+/=-]{1,512}$/,
  'letters, digits and any of - . _ ~ + / =',
);

/** The value is always a URL: `host:port` becomes `redis://host:port`. */
export const redisAddress: Kind<string> = {
  schema: v.pipe(
    v.string(),
    // A URL parser would drop what does not belong there, and connect to something else.
    v.regex(/^[^\s\p{Cc}]+$/u),
    v.transform((given) => (given.includes('://') ? given : `redis://${given}`)),
    v.check(isRedisUrl),
  ),
  allowed:
    'host:port, or a URL that begins with redis://, rediss://, unix:///, redis+sentinel://, rediss+sentinel://, redis+cluster:// or rediss+cluster://',
};

// The adapter reads the rest and says what is wrong with it.
function isRedisUrl(given: string): boolean {
  return /^(rediss?(\+(sentinel|cluster))?:\/\/[^/?#]|unix:\/\/[^?#])/i.test(given);
}

// A base64 key of 24 to 64 bytes, as Standard Webhooks makes them. Mixed case and digits tell it from hexadecimal text.
const BASE64_KEY =
  /^(?=.*[a-z])(?=.*[A-Z])(?=.*[\d+/=])(?:[A-Za-z0-9+/]{4}){7,21}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/;
const STANDARD = /^whsec_(?=.)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
/** An ed25519 key of 32 bytes, or with its public key of 64. */
const ASYMMETRIC = /^whsk_(?:[A-Za-z0-9+/]{43}=?|[A-Za-z0-9+/]{86}(?:==)?)$/;
const TEXT = /^[\x21-\x7e]+$/;

const NEAR_MISSES: readonly { readonly looksLike: RegExp; readonly why: string }[] = [
  {
    looksLike: /^["'`].*["'`]$/s,
    why: 'stands in quotes, which would become part of the secret: leave them out',
  },
  { looksLike: /^v1a?(?:,|$)/, why: 'begins with the version of a signature: leave out all before `whsec_`' },
  {
    looksLike: /^whpk_/i,
    why: 'is the public key of asymmetric signatures, which receivers check with: deliveries are signed with the `whsk_` key',
  },
  { looksLike: /^whsk_/i, why: 'begins with `whsk_`, but what follows is not the base64 of an ed25519 key' },
  { looksLike: /^whsec[^_]|^whsec$|^wh_sec_/i, why: 'looks like a mistyped `whsec_` secret' },
  { looksLike: /^whsec_/i, why: 'begins with `whsec_`, but what follows is not base64' },
  {
    looksLike: BASE64_KEY,
    why: 'looks like a base64 key without its prefix: put `whsec_` before it (a plain text can be written as `whsec_` and its base64, too)',
  },
];

/**
 * A secret of Standard Webhooks (`whsec_` and base64), or plain text. A key in nearly the right form would be taken
 * for plain text and sign everything wrongly, so it is refused, with the right form.
 */
export const signingSecret: Kind<string> = {
  schema: v.pipe(
    v.string(),
    v.check(
      (given) =>
        STANDARD.test(given) || ASYMMETRIC.test(given) || (TEXT.test(given) && nearMiss(given) === null),
    ),
  ),
  allowed: '`whsec_` or `whsk_` and base64, or other text without spaces',
  whyNot: (given) => (typeof given === 'string' ? nearMiss(given) : null),
};

function nearMiss(given: string): string | null {
  if (STANDARD.test(given) || ASYMMETRIC.test(given)) return null;
  return NEAR_MISSES.find(({ looksLike }) => looksLike.test(given))?.why ?? null;
}
