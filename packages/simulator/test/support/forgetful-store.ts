import type { ClaimedMessage, ClaimRequest } from '@messaging-system/core/adapter';
import { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import type { OpenWorldStore } from '../../src/index.ts';

/** Broken on purpose: it does not say of a message that an earlier lease of it was lost. */
class ForgetfulRepository extends InMemoryMessageRepository {
  override async claimDue(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    const claimed = await super.claimDue(request);
    return claimed.map((one) => ({ ...one, interrupted: false, inDoubt: false }));
  }
}

export const openWorldStore: OpenWorldStore = async ({ random }) => ({
  repository: new ForgetfulRepository(random),
  close: async () => {},
});
