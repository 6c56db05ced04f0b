const MASK = '•••';

/**
 * Blacks out the given secrets, and whatever stands where a URL has its user name and password, in any text. The last line of
 * defence: drivers put into their errors what they like.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  // In a JSON line a secret is written with escapes.
  const written = [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))];
  return (text) => {
    let result = text;
    for (const secret of written) result = result.replaceAll(secret, MASK);
    return result.replaceAll(/:\/\/[^\s/"@]*@/g, `://${MASK}@`);
  };
}
