import { contractProblems } from '@messaging-system/adapters-webhook/contract';
import type { ConfigProblem, Origin } from '@messaging-system/cli';
import { clientContract } from './client-contract.ts';
import type { Config, SettingPath } from './config.ts';
import { targetUrl } from './webhook-target.ts';

/** Every problem inside of the settings that make a contract, each with its place. */
export function problemsOfContract(
  config: Config,
  origins: ReadonlyMap<string, Origin>,
): readonly ConfigProblem[] {
  const { client } = config;
  const contract = clientContract(config);
  if (contract === undefined && client.auth === undefined) return [];
  const { auth, apiKey, apiKeyHeader, signingSecret } = client;
  const url = targetUrl(client);
  // Its absence is judged elsewhere.
  if (url === undefined) return [];
  return contractProblems({ url, contract, auth, apiKey, apiKeyHeader, signingSecrets: signingSecret }).map(
    ({ path, problem }) => {
      const [setting = ''] = path.split(/[.[]/);
      return {
        key: `client.${path}`,
        origin: origins.get(`client.${setting}`) ?? null,
        problem,
        allowed: null,
      };
    },
  );
}

/** The settings that have to be right by themselves before they are judged together. */
export const CONTRACT_PATHS: readonly SettingPath[] = [
  'client.url',
  'client.preset',
  'client.with',
  'client.method',
  'client.encoding',
  'client.headers',
  'client.body',
  'client.auth',
  'client.accept',
  'client.reject',
  'client.messageId',
];
