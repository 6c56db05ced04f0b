import { type ContractChoice, resolveContract } from './presets/resolve-contract.ts';

/** A value of a request by which a receiver can recognise a repeat: the header, or a hole of the contract. */
export type Identifier = 'webhook-id' | 'id' | 'idempotencyKey';

export interface IdentifiedRequest {
  /** Undefined: the usual request. */
  readonly contract: ContractChoice | undefined;
  readonly url: string | undefined;
  readonly isSigned: boolean;
}

const NOTHING = (): void => undefined;

/** The identifiers that every request of a right contract carries. */
export function identifiersOf({ contract, url, isSigned }: IdentifiedRequest): ReadonlySet<Identifier> {
  if (contract === undefined) return new Set(['webhook-id']);
  const { preset, contract: whole, url: target } = resolveContract(contract, url, NOTHING);
  const { headers, body } = whole;
  // A doubled brace is a literal one.
  const holes = JSON.stringify([target, headers, body]).replaceAll('{{', '');
  const found = (['id', 'idempotencyKey'] as const).filter((name) => holes.includes(`{${name}}`));
  return new Set([...(preset.webhookHeaders || isSigned ? (['webhook-id'] as const) : []), ...found]);
}
