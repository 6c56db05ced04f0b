const MASK = '•••';

// A shorter one would black out half of every text by chance, and protects nothing.
const SHORTEST = 4;

/** Takes secrets out of texts by their values, in each form in which a provider may repeat them. */
export class SecretMask {
  readonly #forms: readonly string[];

  constructor(secrets: readonly string[]) {
    const forms = secrets.filter((secret) => secret.length >= SHORTEST).flatMap(formsOf);
    // A form that contains another goes first, or a part of it would be left.
    this.#forms = [...new Set(forms)].toSorted((one, other) => other.length - one.length);
  }

  /** @param more secrets of this moment, such as the present token */
  apply(text: string, more: readonly string[] = []): string {
    const forms = more.length === 0 ? this.#forms : [...more.flatMap(formsOf), ...this.#forms];
    return forms.reduce((masked, form) => masked.replaceAll(form, MASK), text);
  }
}

/** As it is, percent-encoded, as a field of a form, inside of JSON, XML and base64. */
function formsOf(secret: string): readonly string[] {
  const encoded = encodeURIComponent(secret.toWellFormed());
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret);
  return [
    secret,
    json,
    json.replaceAll('/', '\\/'),
    ...[encoded, form].flatMap((text) => [text, lowerHex(text)]),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    encodeURIComponent(bytes.toString('base64')),
    bytes.toString('base64url'),
  ].filter((text) => text.length >= SHORTEST);
}

function lowerHex(text: string): string {
  return text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}
