import type { DispatchOnceResult } from '@messaging-system/core';
import { words } from './markup.ts';
import type { Notice } from './pages/layout.ts';

/** What was done before a page is shown; names of these go through the address, texts never do. */
const DONE: Readonly<Record<string, string>> = {
  started: 'The processor runs.',
  stopped: 'The processor stops: what is under way may finish.',
  enqueued: 'The message is enqueued.',
  existing: 'A message with this idempotency key was there already: this one.',
  cancelled: 'The message is cancelled.',
  redriven: 'The message is sent again.',
};

/** The notice that the address names. */
export function noticeOf(done: string | undefined, count: string | undefined): Notice | null {
  if (done === 'all-redriven' && /^\d+$/.test(count ?? '')) {
    return {
      kind: 'done',
      text: count === '1' ? '1 message is sent again.' : `${count} messages are sent again.`,
    };
  }
  if ((done === 'all-cancelled' || done === 'others-cancelled') && /^\d+$/.test(count ?? '')) {
    const text = count === '1' ? '1 message is cancelled.' : `${count} messages are cancelled.`;
    return done === 'all-cancelled'
      ? { kind: 'done', text }
      : { kind: 'problem', text: `${text} What is under way stays: look again when it is settled.` };
  }
  const text = done === undefined || !Object.hasOwn(DONE, done) ? undefined : DONE[done];
  return text === undefined ? null : { kind: 'done', text };
}

export function dispatchNotice(result: DispatchOnceResult): Notice {
  switch (result.kind) {
    case 'busy':
      return { kind: 'problem', text: 'A batch is under way, or the processor is draining.' };
    case 'paused':
      return { kind: 'problem', text: `Claiming is paused: ${words(result.reason)}.` };
    case 'dispatched': {
      const { claimed, ...rest } = result.report;
      if (claimed === 0) return { kind: 'done', text: 'Nothing was due.' };
      const parts = Object.entries(rest).filter(([, count]) => count > 0);
      return {
        kind: 'done',
        text: `${claimed} claimed: ${parts.map(([name, count]) => `${count} ${name}`).join(', ')}.`,
      };
    }
  }
}
