import type { ConfigProblem } from '../../config/config-problem.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { describeOrigin } from '../../config/origin.ts';
import { type Check, failed, ok, warning } from './check.ts';

const NAME = 'configuration';
const SHORT_KEY = 16;

export function configurationProblems(
  problems: readonly ConfigProblem[],
  warnings: readonly string[],
): readonly Check[] {
  const wrong = problems.map(({ key, origin, problem, allowed }) =>
    failed(
      NAME,
      `${key}: ${problem}${origin === null ? '' : ` (from ${describeOrigin(origin)})`}`,
      allowed === null ? 'Set it right, or leave it away for its default.' : `Allowed: ${allowed}.`,
    ),
  );
  return [...wrong, ...oddNames(warnings)];
}

function oddNames(warnings: readonly string[]): readonly Check[] {
  return warnings.map((text) => warning(NAME, text, 'Correct its name if it was meant as a setting.'));
}

/** Of a configuration that is right: where it comes from, and what is odd. */
export function checkConfiguration({ config, appEnv, file, warnings }: LoadedConfig): readonly Check[] {
  const source = appEnv === null ? 'the defaults (no APP_ENV)' : (file ?? appEnv);
  const hasShortKey = config.server.apiKey?.some((key) => key.length < SHORT_KEY) ?? false;
  return [
    ok(NAME, `right; from ${source} and the environment`),
    ...oddNames(warnings),
    ...(hasShortKey
      ? [
          warning(
            NAME,
            `server.apiKey has a key of less than ${SHORT_KEY} characters`,
            'Use a longer one: openssl rand -hex 32',
          ),
        ]
      : []),
  ];
}
