import type { Config } from '../config/config.ts';

/** A configuration as JSON can carry it. */
export interface WireConfig extends Omit<Config, 'message'> {
  readonly message: Omit<Config['message'], 'phonePattern'> & {
    readonly phonePattern: { readonly source: string; readonly flags: string };
  };
}

/** What one of the workers goes by: the rate limit is the whole server's, so each has an equal part of it. The rest is for each of them. */
export function toWorkerConfig(config: Config): WireConfig {
  const { message, processor, server } = config;
  const { source, flags } = message.phonePattern;
  const { ratePerSecond } = processor;
  return {
    ...config,
    processor: {
      ...processor,
      ratePerSecond: ratePerSecond === undefined ? undefined : ratePerSecond / server.workers,
    },
    message: { ...message, phonePattern: { source, flags } },
  };
}

export function fromWireConfig(wire: WireConfig): Config {
  const { source, flags } = wire.message.phonePattern;
  return { ...wire, message: { ...wire.message, phonePattern: new RegExp(source, flags) } };
}
