const COUNTER_LIMIT = 0x1000000;

/**
 * Makes ids of MongoDB's ObjectId shape: 4 bytes of seconds, 5 of chance fixed for the maker, a 3-byte counter, as 24 hex digits.
 * They ascend in the order of making within a second of one maker, and are unique across makers.
 * @see https://www.mongodb.com/docs/manual/reference/bson-types/#objectid
 */
export class ObjectIdFactory {
  readonly #maker: string;
  #counter: number;

  /** @param random `next` returns a number in [0, 1), uniform */
  constructor(random: { next(): number }) {
    this.#maker = hex(Math.floor(random.next() * 0x100000000), 8) + hex(Math.floor(random.next() * 0x100), 2);
    // The lower half leaves eight million ids before the counter wraps within one second's order.
    this.#counter = Math.floor((random.next() * COUNTER_LIMIT) / 2);
  }

  /** `createdAt` in epoch ms. */
  next(createdAt: number): string {
    this.#counter = (this.#counter + 1) % COUNTER_LIMIT;
    const seconds = Math.min(Math.max(Math.floor(createdAt / 1000), 0), 0xffffffff);
    return hex(seconds, 8) + this.#maker + hex(this.#counter, 6);
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
