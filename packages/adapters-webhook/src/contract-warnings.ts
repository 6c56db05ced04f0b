import { compileStatuses } from './contract/status-pattern.ts';
import type { ContractChoice } from './presets/resolve-contract.ts';

/** Something in a contract that is right, and that weakens what the dispatcher promises. */
export interface ContractWarning {
  /** The rule, such as `reject[0]`. */
  readonly path: string;
  readonly text: string;
  readonly advice: string;
}

const NOTHING = (): void => undefined;

/** The rules that may send a message twice. Only those that were given: the rules of presets were chosen with care. */
export function contractWarnings({ reject = [], method }: ContractChoice): readonly ContractWarning[] {
  const rules = Array.isArray(reject) ? reject : [reject];
  const risky = rules.flatMap(({ status, when, as }, index): readonly ContractWarning[] => {
    const matches = as === 'retryable' ? compileStatuses(status, '', NOTHING) : null;
    if (matches === null) return [];
    // Of a success only its body can say that it is none.
    const found = matches(504) ? '504' : when === undefined && matches(200) ? 'a 2xx' : null;
    return found === null
      ? []
      : [
          {
            path: `reject[${index}]`,
            text: `says retryable for ${found}, after which the provider may have taken the message: it can be sent twice`,
            advice: 'Say ambiguous, so that delivery.ambiguity decides.',
          },
        ];
  });
  if (method !== 'GET') return risky;
  return [
    ...risky,
    {
      path: 'method',
      text: 'is GET, which proxies on the way may repeat or answer from a cache: a message can be sent twice, or not at all',
      advice: 'Use POST where the provider has it.',
    },
  ];
}
