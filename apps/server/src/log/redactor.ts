const MASK = '•••';

/**
 * Blacks out the given secrets, and whatever stands where a URL has its user name and password, in a line of JSON. The last line of
 * defence: drivers put into their errors what they like.
 */
export function redactor(secrets: readonly string[]): (line: string) => string {
  const written = [...new Set(secrets.map((secret) => JSON.stringify(secret).slice(1, -1)))]
    // A secret that contains another goes first, or a part of it would be left.
    .toSorted((one, other) => other.length - one.length);
  return (line) => written.reduce(blackOut, line).replaceAll(/:\/\/[^\s/"\\@]*@/g, `://${MASK}@`);
}

function blackOut(line: string, secret: string): string {
  let result = '';
  let from = 0;
  for (let at = line.indexOf(secret); at !== -1; at = line.indexOf(secret, Math.max(from, at + 1))) {
    // After a backslash its first letter belongs to an escape such as \n, and it is another text.
    if (isEscaped(line, at)) continue;
    result += line.slice(from, at) + MASK;
    from = at + secret.length;
  }
  return result + line.slice(from);
}

function isEscaped(line: string, at: number): boolean {
  let backslashes = 0;
  while (line[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
