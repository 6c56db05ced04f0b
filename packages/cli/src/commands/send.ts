import { setTimeout as pause } from 'node:timers/promises';
import type { PreviewedMessage, RequestPreview } from '@messaging-system/core/adapter';
import { type MessageJson, requestText, smsSegments } from '@messaging-system/http-hono';
import { type Command, Option } from 'commander';
import { CommandError } from '../command-error.ts';
import { readConfiguration } from '../connection/connect.ts';
import type { ApiRefusal } from '../connection/messaging-api.ts';
import { type MessagingApi, refusalError } from '../connection/messaging-api.ts';
import { ExitCode } from '../exit-code.ts';
import type { Configuration } from '../host.ts';
import { messageDetail } from '../output/message-text.ts';
import { type CommonOptions, defineCommand, type Runner } from '../runner.ts';
import { instant, metadataEntry } from './parse-options.ts';

interface SendOptions extends CommonOptions {
  readonly key?: string;
  readonly sendAt?: string;
  readonly expiresAt?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly wait?: boolean;
  readonly dryRun?: boolean;
}

const POLL_MS = 300;

export function sendCommand(run: Runner): Command {
  return defineCommand<SendOptions, [phoneNumber: string, content: string]>(
    run,
    'send',
    {
      summary: 'enqueue one message',
      description: 'Enqueues one message. It is delivered by the server, not by this command.',
      asks: 'store',
      examples: [
        "send +905551234567 'Your code is 4711.'",
        "send +905551234567 'Your order is on its way.' --key order-17-shipped --wait",
        "send +905551234567 'Şimdi yolda.' --dry-run",
        "send +905551234567 'Your order is on its way.' --metadata order=17 --metadata shop=izmir",
        "send +905551234567 'See you tomorrow.' --send-at 2030-01-31T12:00:00+03:00 --expires-at 2030-02-01T00:00:00Z",
      ],
    },
    (command) =>
      command
        .argument('<phoneNumber>', 'the recipient, such as +905551234567')
        .argument('<content>', 'the text')
        .option('--key <key>', 'idempotency key: the same key again stores nothing new')
        .option(
          '--send-at <instant>',
          'earliest delivery: RFC 3339, or a time from now such as +10m',
          instant,
        )
        .option(
          '--expires-at <instant>',
          'latest delivery: RFC 3339, or a time from now such as +2h',
          instant,
        )
        .option(
          '--metadata <name=value>',
          'kept with the message and shown with it; may be repeated',
          metadataEntry,
        )
        .option('--wait', 'wait until it is delivered or given up; ends with 1 unless it was sent')
        .addOption(
          new Option(
            '--dry-run',
            'only check it with the rules of the local configuration, count its SMS segments, and show its request without secrets; nothing is stored',
          ).conflicts(['wait', 'url', 'apiKey']),
        ),
    async (
      { output, host, connect },
      { dryRun, wait, key, sendAt, expiresAt, metadata },
      phoneNumber,
      content,
    ) => {
      const configuration = dryRun === true ? readConfiguration(host) : null;
      const api =
        configuration === null ? await connect({ mayCreate: true }) : await checkingApi(configuration);
      const request = { phoneNumber, content, idempotencyKey: key, sendAt, expiresAt, metadata };
      const answer = await api.ask<MessageJson>('POST', '/messages', request);
      if (!answer.isOk) throw refusalError(answer);
      if (configuration !== null) {
        const { segments, encoding } = smsSegments(content);
        const preview = await configuration.previewRequest(previewed(answer.body));
        const text = `would be stored; as SMS: ${segments} ${segments === 1 ? 'segment' : 'segments'} in ${encoding}`;
        output.result(
          { dryRun, ...request, segments, encoding, request: preview },
          `${text}\n${previewText(preview)}`,
        );
        return preview.kind === 'request' ? ExitCode.OK : ExitCode.REFUSED;
      }
      if (answer.status === 200) output.remark('This key was stored before; nothing new is sent.');
      const message = wait === true ? await settled(api, answer.body) : answer.body;
      output.result(message, messageDetail(message, output));
      return wait === true && message.status !== 'sent' ? ExitCode.REFUSED : ExitCode.OK;
    },
  );
}

async function checkingApi(configuration: Configuration): Promise<MessagingApi> {
  const { dryRunApi } = await import('../connection/local-api.ts');
  return dryRunApi(configuration);
}

function previewed(message: MessageJson): PreviewedMessage {
  const { id, phoneNumber, content, idempotencyKey, expiresAt } = message;
  return {
    id,
    phoneNumber,
    content,
    idempotencyKey,
    expiresAt: expiresAt === null ? null : Date.parse(expiresAt),
    ...(message.metadata !== undefined && { metadata: message.metadata }),
  };
}

function previewText(preview: RequestPreview): string {
  if (preview.kind === 'request') return requestText(preview);
  return `and would fail without a request: it cannot be built (${preview.reason})`;
}

async function settled(api: MessagingApi, { id }: MessageJson): Promise<MessageJson> {
  for (;;) {
    const answer = await api.ask<MessageJson>('GET', `/messages/${encodeURIComponent(id)}`);
    if (!answer.isOk) throw notWaitedFor(id, answer);
    if (answer.body.status !== 'unsent') return answer.body;
    await pause(POLL_MS);
  }
}

/** The message is stored, whatever became of the question about it: sending it again would send another one. */
function notWaitedFor(id: string, refusal: ApiRefusal): CommandError {
  const { exitCode, code, message, details } = refusalError(refusal);
  return new CommandError(exitCode, code, `message ${id} is stored, but cannot be waited for: ${message}`, {
    details,
  });
}
