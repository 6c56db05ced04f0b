import { loadConfig } from '../../config/load-config.ts';
import { secretsOf } from '../../config/secrets-of.ts';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { createLogger } from '../../log/create-logger.ts';
import { redactor } from '../../log/redactor.ts';
import { type ConnectionOptions, connect } from '../connection/connect.ts';
import type { Output, Style } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import type { Check, CheckResult } from './check.ts';
import { checkConfiguration, configurationProblems } from './check-configuration.ts';
import { checkServer } from './check-server.ts';

const STYLES: Readonly<Record<CheckResult, Style>> = {
  ok: 'green',
  warning: 'yellow',
  failed: 'red',
  skipped: 'dim',
};

/** Looks at everything that delivery needs. With `url` only at that server. Resolves with the exit code. */
export async function runDoctor(
  options: ConnectionOptions,
  output: Output,
  lifetimes: AsyncDisposableStack,
): Promise<number> {
  const checks: Check[] = [];
  const add = (found: readonly Check[]): void => {
    checks.push(...found);
    if (!output.isJson) for (const check of found) show(check, output);
  };
  if (options.url === undefined) add(await checkHere(add));
  if (!checks.some(({ name, result }) => name === 'configuration' && result === 'failed')) {
    add(await checkServer(await connect(options, lifetimes), options.url !== undefined));
  }
  const isOk = checks.every(({ result }) => result !== 'failed');
  if (output.isJson) output.json({ ok: isOk, checks });
  else
    output.line(
      isOk
        ? 'Nothing is wrong that would keep messages from being delivered.'
        : 'Something has to be put right.',
    );
  return isOk ? ExitCode.OK : ExitCode.REFUSED;
}

/** What the configuration of this machine describes. */
async function checkHere(add: (checks: readonly Check[]) => void): Promise<readonly Check[]> {
  const loaded = loadConfig();
  if (loaded.kind === 'invalid') return configurationProblems(loaded.problems);
  const { config } = loaded;
  const { unusableOptions } = await import('../../composition/unusable-options.ts');
  const unusable = unusableOptions(config);
  if (unusable.length > 0) return configurationProblems(unusable);
  add(checkConfiguration(loaded));

  const { checkStore } = await import('./check-store.ts');
  const { checkWebhook } = await import('./check-webhook.ts');
  const secrets = secretsOf(config);
  const log = createLogger({ name: config.appName, level: 'silent', isPretty: false, secrets });
  const found = [...(await checkStore(config, log)), await checkWebhook(config)];
  // Drivers put into their errors what they like.
  const redact = redactor(secrets);
  return found.map((check) => ({ ...check, detail: redact(check.detail) }));
}

function show({ name, result, detail, advice }: Check, output: Output): void {
  output.line(`${output.style(STYLES[result], result.padEnd(8))} ${name.padEnd(14)} ${printable(detail)}`);
  if (advice !== null) output.line(`${' '.repeat(24)}→ ${advice}`);
}
