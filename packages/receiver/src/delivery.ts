/** A webhook whose signature is right, as the handler gets it. */
export class Delivery {
  /** The sender's `webhook-id`: the same for every copy. */
  readonly id: string;
  /** When this copy was sent, epoch ms; null where deliveries are not signed. */
  readonly sentAt: number | null;
  /** The body, byte by byte as it was signed. */
  readonly rawBody: Uint8Array;

  constructor(id: string, sentAt: number | null, rawBody: Uint8Array) {
    this.id = id;
    this.sentAt = sentAt;
    this.rawBody = rawBody;
  }

  /** The body as UTF-8. */
  text(): string {
    return new TextDecoder().decode(this.rawBody);
  }

  /** The body as JSON. @throws SyntaxError when it is none. */
  json(): unknown {
    return JSON.parse(this.text());
  }
}
