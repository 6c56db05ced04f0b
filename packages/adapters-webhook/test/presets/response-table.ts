import type { PresetName } from '../../src/index.ts';
import { DOCUMENTED, type DocumentedResponse } from './documented-responses.ts';

/** The table of a preset's responses, as docs/providers.md has it. */
export function responseTable(name: PresetName): string {
  const rows = new Map<string, string[]>();
  for (const one of DOCUMENTED[name]) {
    const key = JSON.stringify([one.status, one.means, one.class]);
    rows.set(key, [...(rows.get(key) ?? []), codeOf(one)]);
  }
  const lines = [...rows].map(([key, codes]) => {
    // As it was written two lines above.
    const [status, means, as] = JSON.parse(key) as [number, string, string];
    const shown = [...new Set(codes)].filter((code) => code !== '').map((code) => `\`${code}\``);
    return `| ${[status, ...shown].join(' ')} | ${means} | ${as} |`;
  });
  return ['| response | meaning | class |', '| --- | --- | --- |', ...lines].join('\n');
}

/** The text of the body that decides. */
function codeOf({ body }: DocumentedResponse): string {
  if (typeof body === 'string') return body;
  const [, found] = /"(?:code|errorCode)":"?(\w+)/.exec(JSON.stringify(body ?? null)) ?? [];
  if (found !== undefined) return found;
  const text = JSON.stringify(body ?? null);
  const id = /"id":(\d+)/.exec(text)?.[1];
  if (id !== undefined) return id;
  return [...text.matchAll(/"status":"(\d+)"/g)].map(([, status = '']) => status).join(', ');
}
