import { ExitCode } from '../exit-code.ts';
import type { Host, ServerDescription } from '../host.ts';
import type { Output, Style } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import type { CommonOptions, Work } from '../runner.ts';
import type { Check, CheckResult } from './check.ts';
import { verdict } from './check.ts';
import { checkConfiguration, configurationProblems } from './check-configuration.ts';
import { checkServer } from './check-server.ts';
import { checkStore } from './check-store.ts';
import { checkWebhook } from './check-webhook.ts';

const STYLES: Readonly<Record<CheckResult, Style>> = {
  ok: 'green',
  warning: 'yellow',
  failed: 'red',
  skipped: 'dim',
};

/** Looks at everything that delivery needs. With `url` only at that server. Resolves with the exit code. */
export async function runDoctor(
  { url }: CommonOptions,
  { output, host, connect }: Pick<Work, 'output' | 'host' | 'connect'>,
): Promise<number> {
  const checks: Check[] = [];
  const add = (found: readonly Check[]): void => {
    // A stop for all is in the store, and its server says the same of it.
    const more = found.filter((check) => !checks.some((said) => isSame(said, check)));
    checks.push(...more);
    if (!output.isJson) for (const check of more) show(check, output);
  };
  const here = url === undefined ? await checkHere(host, add) : null;
  if (url !== undefined || here !== null)
    add(await checkServer(await connect(), here?.server ?? null, here?.credentials));
  const isOk = checks.every(({ result }) => result !== 'failed');
  if (output.isJson) output.json({ ok: isOk, checks });
  else output.line(verdict(checks, url !== undefined));
  return isOk ? ExitCode.OK : ExitCode.REFUSED;
}

/** The description that a server with this machine's configuration gives of itself, and its settings for credentials. */
interface Here {
  readonly server: ServerDescription;
  readonly credentials: string;
}

/** Checks this machine's configuration; null when it is wrong. */
async function checkHere(host: Host, add: (checks: readonly Check[]) => void): Promise<Here | null> {
  const read = host.configuration();
  const problems = read.kind === 'invalid' ? read.problems : await read.unusableOptions();
  if (read.kind === 'invalid' || problems.length > 0) {
    add(configurationProblems(problems, read.warnings));
    return null;
  }
  add(checkConfiguration(read));
  const found = [...(await checkStore(read)), await checkWebhook(read.webhook)];
  // Drivers put into their errors what they like.
  add(found.map((check) => ({ ...check, detail: read.redact(check.detail) })));
  return { server: await read.describe(), credentials: read.webhook.credentials };
}

function isSame(one: Check, other: Check): boolean {
  return one.name === other.name && one.detail === other.detail;
}

function show({ name, result, detail, advice }: Check, output: Output): void {
  output.line(`${output.style(STYLES[result], result.padEnd(8))} ${name.padEnd(14)} ${printable(detail)}`);
  if (advice !== null) output.line(`${' '.repeat(24)}→ ${advice}`);
}
