import {
  authProblems,
  type ContractChoice,
  ENCODINGS,
  KEEP_RESPONSES,
  METHODS,
  notAText,
  PRESET_NAMES,
  type RequestAuth,
} from '@messaging-system/adapters-webhook/contract';
import * as v from 'valibot';
import { choice, text } from './kinds.ts';
import type { Kind } from './setting.ts';
import { setting } from './setting.ts';

/** A map or a list: YAML in a file, JSON in the environment. The inside is checked when the contract is compiled. */
function structure<Value>(allowed: string, problemOf: (value: object) => string | null): Kind<Value> {
  return {
    schema: v.pipe(
      v.unknown(),
      v.rawTransform<unknown, Value>(({ dataset, addIssue, NEVER }) => {
        const value = read(dataset.value);
        // The contract's compiler checks the rest of the shape, with the place of each problem.
        if (isStructure(value) && problemOf(value) === null) return value as Value;
        addIssue();
        return NEVER;
      }),
    ),
    allowed: `${allowed}; in the environment as JSON`,
    whyNot: (given) => {
      const value = read(given);
      if (isStructure(value)) return problemOf(value);
      return typeof given === 'string' && /^\s*[[{]/.test(given) ? 'is not valid JSON' : null;
    },
  };
}

function isStructure(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function read(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}

function textsProblem(map: object): string | null {
  if (Array.isArray(map)) return 'is a list';
  const [name, value] = Object.entries<unknown>({ ...map }).find(([, one]) => typeof one !== 'string') ?? [];
  return name === undefined ? null : `${name} ${notAText(value)}`;
}

function onlyNames(names: readonly string[]): (map: object) => string | null {
  return (map) => {
    const unknown = Array.isArray(map) ? '' : Object.keys(map).find((name) => !names.includes(name));
    if (unknown === undefined) return null;
    return unknown === '' ? 'is a list' : `${unknown} is unknown; there are ${names.join(', ')}`;
  };
}

function authProblem(auth: object): string | null {
  const [first] = authProblems(auth);
  return first === undefined ? null : `${first.path.replace(/^auth\.?/, '')} ${first.problem}`.trim();
}

const TLS_FILES = ['ca', 'cert', 'key'];

/** A body may also be one text: of the encodings `text` and `xml`. */
const body: Kind<NonNullable<ContractChoice['body']>> = {
  schema: v.pipe(
    v.unknown(),
    v.rawTransform<unknown, NonNullable<ContractChoice['body']>>(({ dataset, addIssue, NEVER }) => {
      const { value } = dataset;
      const tree = typeof value === 'string' && /^\s*[[{]/.test(value) ? (read(value) ?? value) : value;
      const isText =
        typeof tree === 'string' && /^[^\p{Cc}\t\r\n]*(?:[\t\r\n][^\p{Cc}\t\r\n]*)*$/u.test(tree);
      // The contract's compiler checks the shape, with the place of each problem.
      if (isText || isStructure(tree)) return tree as NonNullable<ContractChoice['body']>;
      addIssue();
      return NEVER;
    }),
  ),
  allowed:
    'a map with holes such as "{phoneNumber}" and "{content}", or one text; in the environment as JSON',
};

/** How a provider is called and what its responses mean. */
export const CONTRACT_SETTINGS = {
  preset: setting(choice(PRESET_NAMES), {
    about:
      'the provider that messages go to; its page is [docs/providers.md](../../docs/providers.md). Without it, as `go-service`',
  }),
  with: setting(structure<Readonly<Record<string, string>>>('a map of texts', textsProblem), {
    about: "the preset's own blanks, such as the sender's number; `{with.x}` in the settings below",
  }),
  method: setting(choice(METHODS), { about: 'HTTP method of a delivery; POST' }),
  encoding: setting(choice(ENCODINGS), { about: 'how `client.body` is written; json' }),
  headers: setting(structure<Readonly<Record<string, string>>>('a map of texts, with holes', textsProblem), {
    secret: true,
    about: 'headers of each delivery',
  }),
  body: setting(body, { about: 'body of each delivery; what it names replaces what the preset has' }),
  auth: setting(
    structure<RequestAuth>('a map with a kind: none, header, bearer, basic or oauth2', authProblem),
    {
      secret: true,
      about: 'how deliveries are authenticated',
    },
  ),
  tls: setting(
    structure<TlsFiles>(
      'a map of the files ca, cert and key',
      (map) => onlyNames(TLS_FILES)(map) ?? textsProblem(map),
    ),
    {
      about: 'a certificate authority of your own, or a client certificate: paths of PEM files',
    },
  ),
  accept: setting(
    structure<NonNullable<ContractChoice['accept']>>(
      'a map of status and when',
      onlyNames(['status', 'when']),
    ),
    {
      about: 'which responses mean that the provider took the message; every 2xx',
    },
  ),
  reject: setting(
    structure<NonNullable<ContractChoice['reject']>>('a list of rules: status, when, as, after', (list) =>
      Array.isArray(list) ? null : 'is not a list',
    ),
    {
      about: 'what other responses mean, in order; before the rules of the preset',
    },
  ),
  messageId: setting(text(/^[^\s*]{1,200}$/, 'a path such as messages.0.id'), {
    about: "where a response has the provider's id of the message; messageId",
  }),
  keepResponses: setting(choice(KEEP_RESPONSES), {
    about:
      'of which attempts the beginning of the response is kept with the message: `failures` with any of the settings above, else `none`',
  }),
};

export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}
