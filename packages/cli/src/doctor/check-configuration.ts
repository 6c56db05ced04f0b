import type { ConfigProblem, Configuration, ConfigWarning } from '../host.ts';
import { describeOrigin } from '../text.ts';
import { type Check, failed, ok, warning } from './check.ts';

const NAME = 'configuration';

export function configurationProblems(
  problems: readonly ConfigProblem[],
  warnings: readonly ConfigWarning[],
): readonly Check[] {
  const wrong = problems.map(({ key, origin, problem, allowed }) =>
    failed(
      NAME,
      `${key}: ${problem}${origin === null ? '' : ` (from ${describeOrigin(origin)})`}`,
      allowed === null ? 'Set it right, or leave it away for its default.' : `Allowed: ${allowed}.`,
    ),
  );
  return [...wrong, ...oddities(warnings)];
}

/** Of a configuration that is right: where it comes from, and what is odd. */
export function checkConfiguration({ source, warnings, advice }: Configuration): readonly Check[] {
  return [ok(NAME, `right; from ${source} and the environment`), ...oddities(warnings), ...oddities(advice)];
}

function oddities(warnings: readonly ConfigWarning[]): readonly Check[] {
  return warnings.map(({ text, advice }) => warning(NAME, text, advice));
}
