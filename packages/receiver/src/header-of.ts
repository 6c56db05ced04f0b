/** Headers as the web has them, or as Node has them: lower-case names. */
export type IncomingHeaders =
  | Pick<Headers, 'get'>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Undefined for one that is not there, is empty or was sent several times. */
export function headerOf(headers: IncomingHeaders, name: string): string | undefined {
  const value = isWebHeaders(headers) ? headers.get(name) : headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isWebHeaders(headers: IncomingHeaders): headers is Pick<Headers, 'get'> {
  return typeof headers.get === 'function';
}
