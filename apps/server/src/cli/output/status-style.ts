import type { MessageStatus } from '@messaging-system/core';
import type { Style } from './output.ts';

export const STATUS_STYLE: Readonly<Record<MessageStatus, Style>> = {
  unsent: 'yellow',
  sent: 'green',
  failed: 'red',
  unknown: 'magenta',
  cancelled: 'dim',
};
