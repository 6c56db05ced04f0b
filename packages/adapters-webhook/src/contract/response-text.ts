import type { Answer } from '../classify-answer.ts';
import { parseJson } from './value-path.ts';

/** The body of a response, decoded and parsed when it is first asked for. */
export class ResponseText {
  /** Whether all of it came, and within the cap. */
  readonly isWhole: boolean;
  readonly #body: Buffer;
  #text: string | null = null;
  #parsed: { readonly value: unknown } | null = null;

  constructor({ body, isWhole }: Pick<Answer, 'body' | 'isWhole'>) {
    this.isWhole = isWhole;
    this.#body = body;
  }

  get text(): string {
    // RFC 8259 §8.1 lets a parser ignore a byte order mark, and some servers send one.
    this.#text ??= this.#body.toString('utf8').replace(/^\ufeff/, '');
    return this.#text;
  }

  /** Undefined if it is not JSON. */
  get json(): unknown {
    this.#parsed ??= { value: parseJson(this.text) };
    return this.#parsed.value;
  }
}
