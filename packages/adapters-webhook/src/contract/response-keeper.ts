import type { AttemptResponse, SendOutcome } from '@messaging-system/core/adapter';
import type { Answer } from '../classify-answer.ts';
import type { KeepResponses } from './provider-contract.ts';
import { ResponseText } from './response-text.ts';
import type { SecretMask } from './secret-mask.ts';

/** The headers that people ask a provider about: how long to wait, what it is, and the ids of the request. */
const KEPT_HEADER =
  /^(?:retry-after|content-type|(?:[a-z0-9-]+-)?(?:request-?id|correlation-?id|trace-?id))$/;

// In UTF-16 units. Core keeps less; what comes before is only what a secret may stand across.
const LONGEST_BODY = 4_096;
const LONGEST_HEADER = 256;

/** Keeps the beginning of responses with the outcomes, without any secret. */
export class ResponseKeeper {
  readonly #keep: KeepResponses;
  readonly #mask: SecretMask;

  constructor(keep: KeepResponses, mask: SecretMask) {
    this.#keep = keep;
    this.#mask = mask;
  }

  /** @param secrets those of this moment, such as the present token */
  withResponse(outcome: SendOutcome, answer: Answer, secrets: readonly string[]): SendOutcome {
    if (this.#keep === 'none' || (this.#keep === 'failures' && outcome.kind === 'accepted')) return outcome;
    return { ...outcome, response: this.#responseOf(answer, secrets) };
  }

  #responseOf(answer: Answer, secrets: readonly string[]): AttemptResponse {
    const shown = (text: string): string => withoutNul(this.#mask.apply(text, secrets));
    return {
      status: answer.status,
      headers: Object.fromEntries(
        Object.entries(answer.headers).flatMap(([name, value]) =>
          typeof value === 'string' && KEPT_HEADER.test(name)
            ? [[name, shown(value).slice(0, LONGEST_HEADER)]]
            : [],
        ),
      ),
      // The whole of it, before it is cut: a part of a secret would not be found.
      body: shown(new ResponseText(answer).text).slice(0, LONGEST_BODY),
    };
  }
}

/** PostgreSQL can't keep it. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
