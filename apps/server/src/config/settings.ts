import { CLIENT_SETTINGS } from './client-settings.ts';
import { DELIVERY_SETTINGS } from './delivery-settings.ts';
import { choice, line } from './kinds.ts';
import { SERVER_SETTINGS } from './server-settings.ts';
import { setting } from './setting.ts';
import { STORE_SETTINGS } from './store-settings.ts';

/**
 * Every key that there is: the one list that files, environment variables, `--settings` and the README's table come from.
 * A large section has a file of its own. Values of durations are in milliseconds.
 */
export const SETTINGS = {
  appName: setting(line, { fallback: 'messaging-system', about: 'name in log lines' }),
  server: SERVER_SETTINGS,
  client: CLIENT_SETTINGS,
  ...STORE_SETTINGS,
  ...DELIVERY_SETTINGS,
  log: {
    level: setting(choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']), {
      fallback: 'info',
      about: 'the least serious lines that are written',
    }),
    format: setting(choice(['auto', 'json', 'pretty']), {
      fallback: 'auto',
      about: '`auto` is pretty on a terminal and JSON elsewhere',
    }),
  },
};
