import { type ContractCase, needing } from '../define-contract.ts';
import type {
  MessageRepositoryHarness,
  MessageRepositoryProbe,
} from '../harness/message-repository-harness.ts';

export const NO_OTHER_SERVICE = 'no other service shares this store';

export type PutForeign = NonNullable<MessageRepositoryProbe['putForeign']>;

/** A case that puts messages as another service does. */
export function foreign(
  run: (harness: MessageRepositoryHarness, put: PutForeign) => Promise<void>,
): ContractCase<MessageRepositoryHarness> {
  return needing(({ probe }) => probe.putForeign?.bind(probe), NO_OTHER_SERVICE, run);
}
