import type { Configuration, ConfigWarning, Host, Webhook } from '@messaging-system/cli';
import { keyTexts } from './config/api-keys-of.ts';
import { callerKey, keyForOthers } from './config/caller-key.ts';
import type { Config } from './config/config.ts';
import { credentialSettings } from './config/credential-settings.ts';
import { isLoopback, reachableUrl } from './config/host.ts';
import { type LoadedConfig, loadConfig } from './config/load-config.ts';
import { messageRules } from './config/message-rules.ts';
import { secretsOf } from './config/secrets-of.ts';
import { effectiveSettings, settingsTable } from './config/settings-table.ts';
import { cacheKind, storeKind } from './config/store-kind.ts';
import { SHORTEST_SECRET } from './config/weak-secret.ts';
import { shownTarget, webhookTarget } from './config/webhook-target.ts';
import { redactor } from './log/redactor.ts';

/** The parts of this server that the command line uses. Drivers and the server itself are loaded when they are asked for. */
export const commandLineHost: Host = {
  settingsTable,
  keyForOthers: () => keyForOthers(),
  configuration: () => {
    const loaded = loadConfig();
    return loaded.kind === 'invalid' ? loaded : configurationOf(loaded);
  },
};

export function configurationOf(loaded: LoadedConfig): Configuration {
  const { config, origins, appEnv, file, warnings } = loaded;
  const { server, sqlite } = config;
  return {
    kind: 'loaded',
    source: appEnv === null ? 'the defaults (no APP_ENV)' : (file ?? appEnv),
    warnings,
    advice: advice(config),
    server: { url: reachableUrl(server.host, server.port), ...callerKey(server, origins) },
    maxBodyBytes: server.maxBodyBytes,
    rules: messageRules(config),
    leaseMs: config.processor.lease,
    storage: { messages: storeKind(config), sentCache: cacheKind(config), sqlitePath: sqlite.path },
    webhook: webhook(config),
    effectiveSettings: () => effectiveSettings(loaded),
    unusableOptions: async () => (await import('./composition/unusable-options.ts')).unusableOptions(config),
    serve: async (endsWithParent) => (await import('./serve.ts')).serve(loaded, endsWithParent),
    openStore: async (lifetimes, log) => {
      const { openDirectStore } = await import('./composition/direct-store.ts');
      return openDirectStore(config, lifetimes, log === 'warnings' ? 'warn' : 'silent');
    },
    needsMigration: async () =>
      (await import('@messaging-system/adapters-sqlite')).needsMigration(sqlite.path),
    backUp: async (to) => {
      const { backupSqliteFile } = await import('@messaging-system/adapters-sqlite');
      await backupSqliteFile(sqlite.path, to);
    },
    describe: async () => (await import('./composition/server-description.ts')).expectedDescription(config),
    previewRequest: async (message) => {
      const { previewOf } = await import('./composition/preview-of.ts');
      return previewOf(config, message);
    },
    redact: redactor(secretsOf(config)),
  };
}

function advice({ server }: Config): readonly ConfigWarning[] {
  const found: ConfigWarning[] = [];
  if (keyTexts(server).some((key) => key.length < SHORTEST_SECRET)) {
    found.push({
      text: `an API key of server.apiKey or server.apiKeys has fewer than ${SHORTEST_SECRET} characters`,
      advice: 'Use a longer one: openssl rand -hex 32',
    });
  }
  return found;
}

// Only the sandbox has the address of the server.
const NOWHERE = 'http://127.0.0.1';

function webhook(config: Config): Webhook {
  const { apiKey, auth, proxy } = config.client;
  const hasKey = apiKey !== undefined || (auth !== undefined && auth.kind !== 'none');
  const target = webhookTarget(config, NOWHERE);
  const { protocol, hostname } = new URL(target.url);
  // Nobody else can read a connection that stays on this machine.
  const staysHere = proxy === undefined && isLoopback(hostname.replace(/^\[|\]$/g, ''));
  return {
    isSandbox: target.isSandbox,
    shown: shownTarget(target),
    isThroughProxy: proxy !== undefined,
    credentials: credentialSettings(config.client),
    connectsTo: new URL(proxy === undefined || proxy === 'environment' ? target.url : proxy),
    isKeyInTheClear: hasKey && protocol !== 'https:' && !staysHere,
    tryConnection: async (timeoutMs) => {
      const [{ checkConnection }, { webhookOptions }, { SystemClock }] = await Promise.all([
        import('@messaging-system/adapters-webhook'),
        import('./composition/webhook-sender.ts'),
        import('@messaging-system/core/system-clock'),
      ]);
      const options = webhookOptions(config, target, new SystemClock());
      return checkConnection({ ...options, timeoutMs: Math.min(options.timeoutMs, timeoutMs) });
    },
  };
}
