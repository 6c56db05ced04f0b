/** Whether a content type is `application/json`, in UTF-8 where it says so. */
export function isJson(contentType: string | null): boolean {
  const [essence = '', ...parameters] = (contentType ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return essence === 'application/json' && (charset === undefined || /^"?utf-?8"?$/.test(charset));
}
