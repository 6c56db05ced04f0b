import type { EnvironmentProxies } from '@messaging-system/adapters-webhook';
import type { Environment } from './read-environment.ts';

/** The proxies that the environment names, in either case; the lower one wins, as it does for other programs. */
export function environmentProxies(environment: Environment = process.env): EnvironmentProxies {
  const given = (name: string): string | undefined =>
    environment[name.toLowerCase()] || environment[name] || undefined;
  return { httpProxy: given('HTTP_PROXY'), httpsProxy: given('HTTPS_PROXY'), noProxy: given('NO_PROXY') };
}
