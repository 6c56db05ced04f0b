import type { CrossCheck } from './cross-check.ts';
import { targetUrl } from './webhook-target.ts';

/** Where messages go: to a webhook, to a preset's provider or to the sandbox. */
export const CLIENT_CHECKS: readonly CrossCheck[] = [
  {
    concerns: ['client.url', 'client.preset', 'client.sandbox'],
    check: ({ client }, appEnv) => {
      if (targetUrl(client) !== undefined || client.sandbox === true) return null;
      if (client.preset !== undefined) {
        return {
          problem: `is not set, and the preset ${client.preset} has no address of its own`,
          allowed: 'the URL that the provider gave you (CLIENT_URL)',
        };
      }
      return appEnv === null
        ? null
        : {
            problem: `is not set, and APP_ENV ${appEnv} does not use the sandbox`,
            allowed: 'the URL of your webhook (CLIENT_URL), or client.sandbox: true',
          };
    },
  },
  {
    concerns: ['client.sandbox', 'client.url', 'client.preset'],
    check: ({ client }, appEnv) => {
      const hasTarget = targetUrl(client) !== undefined;
      if (client.sandbox === true && hasTarget) {
        return {
          problem: `is on, and client.${client.url === undefined ? 'preset' : 'url'} is set: messages can go to one of them only`,
          allowed: 'one of the two',
        };
      }
      return client.sandbox === false && !hasTarget && appEnv === null
        ? { problem: 'is off, and client.url is not set', allowed: 'true, or a client.url' }
        : null;
    },
  },
  {
    concerns: ['client.path', 'client.preset'],
    check: ({ client: { path, preset } }) =>
      path === undefined || path === 'none' || preset === undefined || preset === 'go-service'
        ? null
        : {
            problem: `is set, and the preset ${preset} has a path of its own`,
            allowed: 'no client.path; what comes before the path belongs into client.url',
          },
  },
];
