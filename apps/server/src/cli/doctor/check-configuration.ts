import { keyTexts } from '../../config/api-keys-of.ts';
import type { ConfigProblem, ConfigWarning } from '../../config/config-problem.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { describeOrigin } from '../../config/origin.ts';
import { SHORTEST_SECRET } from '../../config/weak-secret.ts';
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

function oddities(warnings: readonly ConfigWarning[]): readonly Check[] {
  return warnings.map(({ text, advice }) => warning(NAME, text, advice));
}

/** Of a configuration that is right: where it comes from, and what is odd. */
export function checkConfiguration({ config, appEnv, file, warnings }: LoadedConfig): readonly Check[] {
  const source = appEnv === null ? 'the defaults (no APP_ENV)' : (file ?? appEnv);
  const hasShortKey = keyTexts(config.server).some((key) => key.length < SHORTEST_SECRET);
  return [
    ok(NAME, `right; from ${source} and the environment`),
    ...oddities(warnings),
    ...(hasShortKey
      ? [
          warning(
            NAME,
            `an API key of server.apiKey or server.apiKeys has fewer than ${SHORTEST_SECRET} characters`,
            'Use a longer one: openssl rand -hex 32',
          ),
        ]
      : []),
    ...(config.client.ambiguousStatuses !== undefined && config.delivery.ambiguity === 'resend'
      ? [
          warning(
            NAME,
            'client.ambiguousStatuses prevents no duplicates while delivery.ambiguity is resend',
            'Set delivery.ambiguity: hold (DELIVERY_AMBIGUITY=hold), so that such messages wait for an operator.',
          ),
        ]
      : []),
  ];
}
