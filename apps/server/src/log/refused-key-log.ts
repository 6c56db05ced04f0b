import type { Clock } from '@messaging-system/core';
import type { RefusedKey } from '@messaging-system/http-hono';
import type { Logger } from 'pino';
import { Seldom } from './seldom.ts';

/** Warns of refused API keys, with at most one line in ten seconds. */
export function refusedKeyLog(log: Logger, clock: Clock): (refused: RefusedKey) => void {
  const seldom = new Seldom();
  return ({ via, address, requestId }) => {
    const notShown = seldom.notShownBefore(clock.now());
    if (notShown === null) return;
    const where = via === 'api' ? 'the API' : 'the login of the dashboard';
    const fields = { via, address, requestId, ...(notShown === 0 ? {} : { notShown }) };
    log.warn(fields, `${where} refused an API key`);
  };
}
