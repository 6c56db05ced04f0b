import { setTimeout as pause } from 'node:timers/promises';
import { type EnqueueJson, type MessageJson, smsSegments } from '@messaging-system/http-hono';
import { Command, Option } from 'commander';
import { CommandError } from '../command-error.ts';
import { readConfiguration } from '../connection/connect.ts';
import type { ApiRefusal } from '../connection/messaging-api.ts';
import { type MessagingApi, refusalError } from '../connection/messaging-api.ts';
import { ExitCode } from '../exit-code.ts';
import type { Host } from '../host.ts';
import { messageDetail } from '../output/message-text.ts';
import type { Output } from '../output/output.ts';
import { instant } from './parse-options.ts';
import { type CommonOptions, examples, type Runner, withConnection } from './runner.ts';

interface SendOptions extends CommonOptions {
  readonly key?: string;
  readonly sendAt?: string;
  readonly expiresAt?: string;
  readonly wait?: boolean;
  readonly dryRun?: boolean;
}

const POLL_MS = 300;

export function sendCommand(run: Runner): Command {
  return withConnection(
    new Command('send')
      .summary('enqueue one message')
      .description('Enqueues one message. It is delivered by the server, not by this command.')
      .argument('<phoneNumber>', 'to whom, such as +905551234567')
      .argument('<content>', 'the text')
      .option('--key <key>', 'idempotency key: the same key again stores nothing new')
      .option('--send-at <instant>', 'not before; RFC 3339, or a time from now such as +10m', instant)
      .option('--expires-at <instant>', 'not from then on', instant)
      .option('--wait', 'wait until it is delivered or given up; ends with 1 unless it was sent')
      .addOption(
        new Option(
          '--dry-run',
          'only check it, by the rules of the configuration here, and count its SMS segments; nothing is stored',
        ).conflicts(['wait', 'url', 'apiKey']),
      ),
  )
    .addHelpText(
      'after',
      examples(
        "send +905551234567 'Your code is 4711.'",
        "send +905551234567 'Your order is on its way.' --key order-17-shipped --wait",
        "send +905551234567 'Şimdi yolda.' --dry-run",
        "send +905551234567 'See you tomorrow.' --send-at 2030-01-31T12:00:00+03:00 --expires-at 2030-02-01T00:00:00Z",
      ),
    )
    .action((phoneNumber: string, content: string, options: SendOptions) =>
      run(options, async ({ output, host, connect }) => {
        const isDryRun = options.dryRun === true;
        const api = isDryRun ? await checkingApi(host) : await connect({ mayCreate: true });
        const request: EnqueueJson = {
          phoneNumber,
          content,
          ...(options.key === undefined ? {} : { idempotencyKey: options.key }),
          ...(options.sendAt === undefined ? {} : { sendAt: options.sendAt }),
          ...(options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt }),
        };
        const answer = await api.ask<MessageJson>('POST', '/messages', request);
        if (!answer.isOk) throw refusalError(answer);
        if (isDryRun) return showCheck(request, output);
        if (answer.status === 200 && !output.isJson)
          output.note('This key was stored before; nothing new is sent.');
        const message = options.wait === true ? await settled(api, answer.body) : answer.body;
        if (output.isJson) output.json(message);
        else output.line(messageDetail(message, output));
        return options.wait === true && message.status !== 'sent' ? ExitCode.REFUSED : ExitCode.OK;
      }),
    );
}

async function checkingApi(host: Host): Promise<MessagingApi> {
  const { dryRunApi } = await import('../connection/local-api.ts');
  return dryRunApi(readConfiguration(host));
}

function showCheck(request: EnqueueJson, output: Output): number {
  const { segments, encoding } = smsSegments(request.content);
  if (output.isJson) output.json({ dryRun: true, ...request, segments, encoding });
  else
    output.line(
      `would be stored; as SMS: ${segments} ${segments === 1 ? 'segment' : 'segments'} in ${encoding}`,
    );
  return ExitCode.OK;
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
