import { CONTRACT_SETTINGS } from './contract-settings.ts';
import {
  choice,
  deliveryUrl,
  durationBetween,
  flag,
  httpHeaderName,
  httpStatuses,
  listOf,
  proxyUrl,
  signingSecret,
  text,
} from './kinds.ts';
import { setting } from './setting.ts';

const MS = 1;
const HOUR = 3_600_000;

const headerValue = text(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'printable ASCII characters');

export const CLIENT_SETTINGS = {
  url: setting(deliveryUrl, {
    about:
      'the webhook that messages are delivered to; with a preset, replaces its scheme, host, port and prefix',
  }),
  path: setting(text(/^(?:none|\/(?!\/)[^\s?#\p{Cc}]*)$/u, 'a path that begins with /, or none'), {
    about:
      'appended to `client.url`; the Go service appends `/fa36ba41-1794-4295-8053-d198499d2fc9`. `none` confirms the `client.url` of its file',
  }),
  sandbox: setting(flag, {
    about:
      'deliver to a receiver inside the server that accepts everything and shows it; without APP_ENV on unless `client.url` is set',
  }),
  apiKey: setting(headerValue, {
    secret: true,
    about: 'sent to the webhook in the header `client.apiKeyHeader`',
  }),
  apiKeyHeader: setting(httpHeaderName, {
    fallback: 'x-ins-auth-key',
    about: 'header that carries `client.apiKey`',
  }),
  timeout: setting(durationBetween(1 * MS, HOUR), {
    fallback: '15s',
    about: 'how long one delivery may take; then its outcome is unknown',
  }),
  ambiguousStatuses: setting(httpStatuses, {
    about:
      'responses after which the webhook may have accepted all the same, in addition to those of the gateways; for example 503 behind Fastly or Heroku',
  }),
  keepAlive: setting(flag, {
    fallback: true,
    about:
      'use a connection for several deliveries; `false` for webhooks or firewalls that close idle connections without a sign',
  }),
  signingSecret: setting(listOf(signingSecret), {
    secret: true,
    about: 'signs deliveries as Standard Webhooks does; several while secrets are rotated',
  }),
  addressPolicy: setting(choice(['any', 'public']), {
    fallback: 'any',
    about: '`public` refuses to deliver to private, loopback and link-local addresses',
  }),
  proxy: setting(proxyUrl, {
    about:
      'HTTP proxy that deliveries go through, or `environment` for HTTPS_PROXY, HTTP_PROXY and NO_PROXY; not together with `client.addressPolicy: public`',
  }),
  transport: setting(choice(['ky', 'undici']), {
    fallback: 'ky',
    about: 'HTTP client of the deliveries; `undici` takes less CPU for each',
  }),
  ...CONTRACT_SETTINGS,
};
