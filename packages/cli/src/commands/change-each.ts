import type { MessageJson } from '@messaging-system/http-hono';
import type { MessagingApi } from '../connection/messaging-api.ts';
import { refusalError } from '../connection/messaging-api.ts';
import { ExitCode } from '../exit-code.ts';
import type { Output } from '../output/output.ts';

/**
 * Asks for the same change of each message, one after another, and says what came of it. A message that cannot be changed does not keep the others
 * from it; the exit code tells that there was one. `changed` counts those that were changed.
 */
export async function changeEach(
  api: MessagingApi,
  ids: readonly string[],
  action: 'cancel' | 'redrive',
  done: (message: MessageJson) => string,
  output: Output,
): Promise<{ readonly exitCode: number; readonly changed: number }> {
  const results: unknown[] = [];
  let refused = 0;
  for (const id of ids) {
    const answer = await api.ask<MessageJson>('POST', `/messages/${encodeURIComponent(id)}/${action}`);
    if (answer.isOk) {
      results.push({ id, ok: true, message: answer.body });
      if (!output.isJson) output.line(`${id}  ${output.style('green', done(answer.body))}`);
      continue;
    }
    const { status, code, error, details } = answer;
    if (status !== 404 && status !== 409) throw refusalError(answer);
    refused += 1;
    results.push({ id, ok: false, code, error, details });
    if (!output.isJson) output.line(`${id}  ${output.style('red', error)}${standing(details)}`);
  }
  if (output.isJson) output.json({ results });
  return { exitCode: refused === 0 ? ExitCode.OK : ExitCode.REFUSED, changed: ids.length - refused };
}

function standing(details: unknown): string {
  return typeof details === 'object' && details !== null && 'status' in details
    ? ` (it is ${String(details.status)})`
    : '';
}
