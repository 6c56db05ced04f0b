import {
  bearerToken,
  durationBetween,
  flag,
  listOf,
  network,
  text,
  webOrigin,
  wholeNumber,
} from './kinds.ts';
import { namedKeys } from './named-keys.ts';
import { setting } from './setting.ts';

const MS = 1;
const HOUR = 3_600_000;

export const SERVER_SETTINGS = {
  host: setting(text(/^[A-Za-z0-9.:-]{1,253}$/, 'a host name or an IP address'), {
    fallback: '127.0.0.1',
    about: 'address that the HTTP API is bound to',
  }),
  port: setting(wholeNumber(0, 65_535), {
    fallback: 3000,
    about: 'port of the HTTP API; 0 takes a free one',
  }),
  apiKey: setting(listOf(bearerToken), {
    secret: true,
    about: 'what callers send as `Authorization: Bearer …`; several while keys are rotated',
  }),
  apiKeys: setting(namedKeys, {
    secret: true,
    about:
      'further keys, each with a name for the log and with what it may do; `{env.NAME}` stands for a variable',
  }),
  allowAnonymous: setting(flag, {
    fallback: false,
    about: 'allows an address beyond loopback, and any name in `Host`, without `server.apiKey`',
  }),
  corsOrigins: setting(listOf(webOrigin), {
    about:
      'sites whose pages may use the API from a browser (CORS); `*`, every site, only with `server.apiKey`',
  }),
  publicPath: setting(
    text(/^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/, 'a path such as /messaging, without a slash at the end'),
    {
      about:
        'path prefix that a proxy in front removes before it forwards a request; links, redirects, cookies and the OpenAPI document begin with it',
    },
  ),
  trustedProxies: setting(listOf(network), {
    about:
      'addresses or networks of the proxies in front; only their `X-Forwarded-For` is believed. Without them all clients behind a proxy share its address',
  }),
  maxBodyBytes: setting(wholeNumber(1_024, 104_857_600), {
    fallback: 4_194_304,
    about: 'largest request body; 1000 messages of 500 characters fit into the default',
  }),
  maxHeaderBytes: setting(wholeNumber(1_024, 1_048_576), {
    fallback: 16_384,
    about: 'largest head of a request',
  }),
  requestTimeout: setting(durationBetween(100 * MS, HOUR), {
    fallback: '30s',
    about: 'how long a request may take to arrive, and to be answered',
  }),
  keepAliveTimeout: setting(durationBetween(100 * MS, HOUR), {
    fallback: '65s',
    about: 'how long an idle connection is kept; longer than a load balancer in front does',
  }),
  stallTimeout: setting(durationBetween(100 * MS, HOUR), {
    fallback: '60s',
    about: 'how long a connection may stand still in mid-exchange; longer than `server.requestTimeout`',
  }),
  maxConnections: setting(wholeNumber(1, 1_000_000), {
    fallback: 2_000,
    about:
      'connections at the same time; a further one takes the place of the one that has waited longest for its client',
  }),
  workers: setting(wholeNumber(1, 64), {
    fallback: 1,
    about:
      'processes that deliver, each with its own `processor.concurrency`; 1: the server does it itself; at most 4 on SQLite',
  }),
};
