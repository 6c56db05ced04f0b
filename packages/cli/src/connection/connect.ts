import { CommandError, usageError } from '../command-error.ts';
import { ExitCode } from '../exit-code.ts';
import type { ApiKey, ConfigProblem, Configuration, Host } from '../host.ts';
import { formatProblems } from '../text.ts';
import { MessagingApi } from './messaging-api.ts';

/** The options that name the server or the store. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly apiKey?: string;
  readonly direct?: boolean;
}

/**
 * The API that a command speaks to: a running server's, or with `direct` the store's own. Everything that is opened for it
 * ends with `lifetimes`.
 * @throws CommandError
 */
export async function connect(
  host: Host,
  options: ConnectionOptions,
  lifetimes: AsyncDisposableStack,
  mayCreate: boolean,
): Promise<MessagingApi> {
  if (options.direct !== true) {
    return new MessagingApi({
      fetch: (request) => fetch(request),
      isDirect: false,
      ...server(host, options),
    });
  }
  if (options.url !== undefined || options.apiKey !== undefined) {
    throw usageError('--direct asks no server: it goes without --url and --api-key.');
  }
  const configuration = readConfiguration(host);
  const problems = await configuration.unusableOptions();
  if (problems.length > 0) throw configError(problems);
  const { directApi } = await import('./local-api.ts');
  return directApi(configuration, lifetimes, mayCreate);
}

/** The configuration in force. @throws CommandError naming every problem */
export function readConfiguration(host: Host): Configuration {
  const read = host.configuration();
  if (read.kind === 'invalid') throw configError(read.problems);
  return read;
}

function configError(problems: readonly ConfigProblem[]): CommandError {
  return new CommandError(ExitCode.CONFIG, 'config', formatProblems(problems).trimEnd(), {
    details: problems,
  });
}

function server(host: Host, { url: named, apiKey }: ConnectionOptions): ApiKey & { readonly url: string } {
  const own = named === undefined ? readConfiguration(host).server : null;
  const url = own?.url ?? baseUrl(named ?? '');
  if (apiKey !== undefined) return { url, apiKey, keyOrigin: '--api-key' };
  // Other settings concern a server that is started here, and are not checked.
  const key = own ?? host.keyForOthers();
  if ('problems' in key) throw configError(key.problems);
  return { ...key, url };
}

function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usageError(`--url ${text} is not an http or https URL.`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
