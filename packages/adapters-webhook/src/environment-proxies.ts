/** The proxies that an environment names, as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` do. */
export interface EnvironmentProxies {
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  /** Hosts that are reached without one, separated by commas. */
  readonly noProxy?: string | undefined;
}

export function isEnvironment(proxy: string | URL | EnvironmentProxies): proxy is EnvironmentProxies {
  return typeof proxy === 'object' && !(proxy instanceof URL);
}
