import { describe, test } from 'vitest';
import { registerContract, webhookSenderContract, webhookWireFormatContract } from '../../src/index.ts';
import { openNodeHttpSender } from './node-http-harness.ts';

registerContract('NodeHttpSender', webhookSenderContract, { describe, test }, () => openNodeHttpSender());
registerContract('NodeHttpSender on the wire', webhookWireFormatContract, { describe, test }, () =>
  openNodeHttpSender(),
);
