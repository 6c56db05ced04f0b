import type { HttpFault, Operation } from '@messaging-system/http-hono';
import type { LogLine } from './log-line.ts';
import { maskPhoneNumber } from './mask-phone-number.ts';

/** An operator's action with its actor, for later questions. */
export function operationLine(operation: Operation): LogLine {
  const fields =
    'phoneNumber' in operation && operation.phoneNumber !== null
      ? { ...operation, phoneNumber: maskPhoneNumber(operation.phoneNumber) }
      : operation;
  const who = operation.key === null ? 'an operator' : operation.key;
  return { level: 'info', text: `${who} ${done(operation)}`, fields: { ...fields } };
}

const BEGUN = {
  cancel_matching: 'to cancel many messages,',
  redrive_matching: 'to redrive many messages,',
  erase: 'to erase a phone number,',
} as const;

function done(operation: Operation): string {
  switch (operation.action) {
    case 'start':
      return 'started the processor';
    case 'stop':
      return 'stopped the processor';
    case 'start_all':
      return 'ended the stop for all servers at the store';
    case 'stop_all':
      return 'stopped delivery by all servers at the store';
    case 'dispatch':
      return 'had one batch delivered';
    case 'cancel':
      return `cancelled message ${operation.messageId}`;
    case 'cancel_matching':
      return `cancelled ${operation.cancelled} messages`;
    case 'redrive':
      return `redrove message ${operation.messageId}`;
    case 'redrive_matching':
      return operation.status === 'unsent'
        ? `had ${operation.redriven} messages sent now that waited for a retry`
        : `redrove ${operation.redriven} ${operation.status} messages`;
    case 'erase':
      return `erased ${operation.erased} messages to ${maskPhoneNumber(operation.phoneNumber)}`;
    case 'unfinished':
      return `began ${BEGUN[operation.of]} which failed; some messages may have been changed`;
  }
}

/** A request that ended in a fault, by its route's pattern: a path could carry a phone number. */
export function faultLine({ error, ...request }: HttpFault): LogLine {
  return { level: 'error', text: 'a request ended in a fault', fields: { ...request, err: error } };
}
