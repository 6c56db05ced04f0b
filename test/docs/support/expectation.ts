/** The output has these lines, in this order; `…` stands for anything. */
export function missingLine(output: string, expected: readonly string[]): string | null {
  const lines = output.split('\n').map((line) => line.trim());
  let from = 0;
  for (const wanted of expected) {
    const at = lines.findIndex((line, index) => index >= from && says(wanted.trim(), line));
    if (at < 0) return wanted;
    from = at + 1;
  }
  return null;
}

/** The shown line may go on with an explanation: `1: eight attempts`. */
function says(wanted: string, line: string): boolean {
  if (wanted === '') return line === '';
  const pattern = wanted.split('…').map(escaped).join('.*');
  return (
    new RegExp(`^${pattern}$`).test(line) ||
    (line !== '' && /^[:;,]? /.test(wanted.slice(line.length)) && wanted.startsWith(line))
  );
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Whether a document has all that another shows; texts may have `…` in them. */
export function shows(shown: unknown, actual: unknown): boolean {
  if (typeof shown === 'string' && shown.includes('…')) return says(shown, String(actual));
  if (Array.isArray(shown)) {
    return (
      Array.isArray(actual) &&
      shown.length === actual.length &&
      shown.every((item, at) => shows(item, actual[at]))
    );
  }
  if (typeof shown === 'object' && shown !== null) {
    if (typeof actual !== 'object' || actual === null) return false;
    const there = new Map(Object.entries(actual));
    return Object.entries(shown).every(([name, value]) => there.has(name) && shows(value, there.get(name)));
  }
  return shown === actual;
}

/** The whole output as one document, or else its last line. */
export function lastDocument(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
  }
}
