import { SentCacheUnavailableError } from '@messaging-system/core';

/**
 * The fault that callers see. Errors of the driver are not handed on, not even as a cause: they carry the command and its arguments, and
 * may name the server's credentials.
 */
export function sentCacheFault(error: unknown): SentCacheUnavailableError {
  if (error instanceof SentCacheUnavailableError) return error;
  const reply = replyCodeOf(error);
  return new SentCacheUnavailableError(
    reply === null ? `Redis can not be used: ${codeOf(error)}` : `Redis refused a command: ${reply}`,
  );
}

// An error reply begins with a word in capitals, such as OOM, READONLY or NOAUTH.
function replyCodeOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return null;
  return /^[A-Z]+/.exec(error.message)?.[0] ?? 'ERR';
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.message === 'Command timed out' ? 'no answer in time' : 'no connection';
}
