import type { Config, SettingPath } from '../../config/config.ts';
import { type ConfigProblem, formatProblems } from '../../config/config-problem.ts';
import { environmentApiKeys } from '../../config/environment-api-keys.ts';
import { reachableUrl } from '../../config/host.ts';
import { type LoadedConfig, loadConfig } from '../../config/load-config.ts';
import { BY_DEFAULT, describeOrigin, type Origin } from '../../config/origin.ts';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { CommandError } from '../command-error.ts';
import { MessagingApi } from './messaging-api.ts';

/** How a command is told whom to speak to. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly apiKey?: string;
  readonly direct?: boolean;
}

// No server answers there: requests to it stay inside this process.
const INSIDE = 'http://direct.invalid';

/**
 * The API that a command speaks to: a running server's, or with `direct` the store's own. Whatever is opened for it ends with `lifetimes`.
 * @throws CommandError
 */
export async function connect(
  options: ConnectionOptions,
  lifetimes: AsyncDisposableStack,
  { mayCreate = false }: { readonly mayCreate?: boolean } = {},
): Promise<MessagingApi> {
  if (options.direct === true) {
    if (options.url !== undefined || options.apiKey !== undefined) {
      throw new CommandError(
        ExitCode.USAGE,
        'usage',
        '--direct asks no server: it goes without --url and --api-key.',
      );
    }
    const { config } = await usableConfig();
    const { directFetch } = await import('./direct-fetch.ts');
    const fetch = await directFetch(config, lifetimes, mayCreate);
    return new MessagingApi({ fetch, url: INSIDE, apiKey: null, keyOrigin: null, isDirect: true });
  }
  return new MessagingApi({ fetch: (request) => fetch(request), isDirect: false, ...server(options) });
}

/** The configuration in force. @throws CommandError naming every problem */
export function readConfig(): LoadedConfig {
  const loaded = loadConfig();
  if (loaded.kind === 'loaded') return loaded;
  throw configError(loaded.problems);
}

async function usableConfig(): Promise<LoadedConfig> {
  const loaded = readConfig();
  const { unusableOptions } = await import('../../composition/unusable-options.ts');
  const problems = await unusableOptions(loaded.config);
  if (problems.length === 0) return loaded;
  throw configError(problems);
}

function configError(problems: readonly ConfigProblem[]): CommandError {
  return new CommandError(ExitCode.CONFIG, 'config', formatProblems(problems).trimEnd(), {
    details: problems,
  });
}

interface Server extends Key {
  readonly url: string;
}

interface Key {
  readonly apiKey: string | null;
  readonly keyOrigin: string | null;
}

function server(options: ConnectionOptions): Server {
  const given = { apiKey: options.apiKey ?? null, keyOrigin: '--api-key' };
  if (options.url !== undefined) {
    const url = baseUrl(options.url);
    return given.apiKey === null ? { url, ...keyForOthers() } : { url, ...given };
  }
  const { config, origins } = readConfig();
  const { host, port } = config.server;
  const url = reachableUrl(host, port);
  return given.apiKey === null ? { url, ...firstKey(config.server, origins) } : { url, ...given };
}

/**
 * The key for a server that --url names. One in a file is that of the file's own server and must not reach another. What else is set here
 * concerns a server that is started here, and is not judged.
 */
function keyForOthers(): Key {
  const { server, origins, problems } = environmentApiKeys();
  if (problems.length > 0) throw configError(problems);
  return firstKey(server, origins);
}

/** The first that may do everything, or else the first that may do most. */
function firstKey(
  { apiKey = [], apiKeys = [] }: Pick<Config['server'], 'apiKey' | 'apiKeys'>,
  origins: ReadonlyMap<SettingPath, Origin>,
): Key {
  const from = (path: SettingPath): string => describeOrigin(origins.get(path) ?? BY_DEFAULT);
  const [first] = apiKey;
  if (first !== undefined) return { apiKey: first, keyOrigin: from('server.apiKey') };
  const [most] = apiKeys.toSorted((one, other) => other.scopes.length - one.scopes.length);
  return most === undefined
    ? { apiKey: null, keyOrigin: null }
    : { apiKey: most.key, keyOrigin: `${most.name} (${from('server.apiKeys')})` };
}

function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CommandError(ExitCode.USAGE, 'usage', `--url ${text} is no http or https URL.`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
