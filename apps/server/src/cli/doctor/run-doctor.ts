import type { ServerDescription } from '../../composition/server-description.ts';
import type { Config } from '../../config/config.ts';
import type { ConfigProblem } from '../../config/config-problem.ts';
import { loadConfig } from '../../config/load-config.ts';
import { secretsOf } from '../../config/secrets-of.ts';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { createLogger } from '../../log/create-logger.ts';
import { redactor } from '../../log/redactor.ts';
import { type ConnectionOptions, connect } from '../connection/connect.ts';
import type { Output, Style } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import type { Check, CheckResult } from './check.ts';
import { verdict } from './check.ts';
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
  if (options.url !== undefined) {
    add(await checkServer(await connect(options, lifetimes), null));
  } else {
    const here = await checkHere(add);
    if (here !== null) add(await checkServer(await connect(options, lifetimes), here));
  }
  const isOk = checks.every(({ result }) => result !== 'failed');
  if (output.isJson) output.json({ ok: isOk, checks });
  else output.line(verdict(checks, options.url !== undefined));
  return isOk ? ExitCode.OK : ExitCode.REFUSED;
}

/** What the configuration of this machine describes; answers what a server with it would say of itself, null when it is wrong. */
async function checkHere(add: (checks: readonly Check[]) => void): Promise<ServerDescription | null> {
  const loaded = loadConfig();
  const problems = loaded.kind === 'invalid' ? loaded.problems : await unusable(loaded.config);
  if (loaded.kind === 'invalid' || problems.length > 0) {
    add(configurationProblems(problems, loaded.warnings));
    return null;
  }
  const { config } = loaded;
  add(checkConfiguration(loaded));

  const { checkStore } = await import('./check-store.ts');
  const { checkWebhook } = await import('./check-webhook.ts');
  const secrets = secretsOf(config);
  const log = createLogger({ name: config.appName, level: 'silent', isPretty: false, secrets });
  const found = [...(await checkStore(config, log)), await checkWebhook(config)];
  // Drivers put into their errors what they like.
  const redact = redactor(secrets);
  add(found.map((check) => ({ ...check, detail: redact(check.detail) })));
  const { expectedDescription } = await import('../../composition/server-description.ts');
  return expectedDescription(config);
}

async function unusable(config: Config): Promise<readonly ConfigProblem[]> {
  const { unusableOptions } = await import('../../composition/unusable-options.ts');
  return unusableOptions(config);
}

function show({ name, result, detail, advice }: Check, output: Output): void {
  output.line(`${output.style(STYLES[result], result.padEnd(8))} ${name.padEnd(14)} ${printable(detail)}`);
  if (advice !== null) output.line(`${' '.repeat(24)}→ ${advice}`);
}
