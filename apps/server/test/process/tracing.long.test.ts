import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Receiver, startReceiver, TRACEPARENT } from '@messaging-system/contract-tests';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SpawnedServer } from '../support/spawn-server.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const PAGE = new URL('../../../../docs/tracing.md', import.meta.url);
const OTEL = new URL('../support/otel.ts', import.meta.url);
const UNREGISTERED = 'no OpenTelemetry SDK is registered';
const [, TRACE_ID, SPAN_ID] = TRACEPARENT.split('-');

/** A span as OTLP has it in JSON. */
interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface Collector {
  readonly url: string;
  readonly services: ReadonlySet<string>;
  spans(name: string): readonly OtlpSpan[];
}

/** Takes what an exporter sends to an OpenTelemetry collector. */
async function startCollector(): Promise<Collector> {
  const spans: OtlpSpan[] = [];
  const services = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      for (const { resource, scopeSpans } of JSON.parse(Buffer.concat(chunks).toString()).resourceSpans) {
        for (const { key, value } of resource.attributes) {
          if (key === 'service.name') services.add(value.stringValue);
        }
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    services,
    spans: (name) => spans.filter((span) => span.name === name),
  };
}

/** The page's settings, with its `otel.mjs`, in front of this collector. */
function environmentOfThePage(collector: Collector): Readonly<Record<string, string>> {
  const page = readFileSync(PAGE, 'utf8');
  const command = /```sh\n(.*?)```/s.exec(page)?.[1] ?? '';
  const settings = Object.fromEntries(
    [...command.matchAll(/\b([A-Z_]+)=(?:'(.*?)'|(\S+))/g)].map(([, key, quoted, bare]) => [
      key,
      quoted ?? bare ?? '',
    ]),
  );
  expect(Object.keys(settings).sort()).toEqual([
    'NODE_OPTIONS',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_SERVICE_NAME',
  ]);
  return {
    ...settings,
    NODE_OPTIONS: settings.NODE_OPTIONS?.replace('./otel.mjs', OTEL.href) ?? '',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  };
}

async function startWebhook(): Promise<Receiver> {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  return receiver;
}

/** Delivers one message of a traced caller, ends, and returns the `traceparent` that the webhook got. */
async function deliverOne(
  receiver: Receiver,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly got: string; readonly output: string }> {
  const server = new SpawnedServer(temporaryHome(), {
    CLIENT_URL: `${receiver.url}/hook`,
    PROCESSOR_INTERVAL: '200ms',
    ...environment,
  });
  const answer = await fetch(`${await server.url()}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: TRACEPARENT },
    body: JSON.stringify({ phoneNumber: '+905551234567', content: 'Hello' }),
  });
  expect(answer.status).toBe(201);
  await expect.poll(() => receiver.received().length).toBe(1);
  server.signal('SIGTERM');
  const { exitCode, stdout, stderr } = await server.ended();
  expect(exitCode, stdout + stderr).toBe(0);
  return { got: receiver.received()[0]?.headers.traceparent ?? '', output: stdout + stderr };
}

test('docs/tracing.md shows the otel.mjs that is run here', () => {
  expect(readFileSync(PAGE, 'utf8')).toContain(`\`\`\`js\n// otel.mjs\n${readFileSync(OTEL, 'utf8')}\`\`\``);
});

describe('a server that was given docs/tracing.md', { timeout: 90_000 }, () => {
  test.each([
    ['in one process', {}],
    ['with worker processes', { SERVER_WORKERS: '2' }],
  ])('goes on with the trace of a request at its webhook, %s', async (_, settings) => {
    const collector = await startCollector();
    const receiver = await startWebhook();

    const { got, output } = await deliverOne(receiver, { ...environmentOfThePage(collector), ...settings });

    const [attempt, ...others] = collector.spans('send webhook');
    expect(others).toEqual([]);
    expect(attempt).toMatchObject({ traceId: TRACE_ID, parentSpanId: SPAN_ID });
    expect(got).toBe(`00-${TRACE_ID}-${attempt?.spanId}-01`);
    const [batch] = collector.spans('dispatch batch');
    expect(batch?.links).toMatchObject([{ traceId: TRACE_ID, spanId: SPAN_ID }]);
    expect(attempt?.links).toMatchObject([{ traceId: batch?.traceId, spanId: batch?.spanId }]);
    expect([...collector.services]).toEqual(['messaging']);
    expect(output).not.toContain(UNREGISTERED);
  });

  test('and without it hands on the trace of the request as it is', async () => {
    const { got, output } = await deliverOne(await startWebhook(), {});
    expect(got).toBe(TRACEPARENT);
    expect(output).not.toContain(UNREGISTERED);
  });

  test('says without an SDK that none is registered, once, and only where one was meant', async () => {
    const meant = { OTEL_SERVICE_NAME: 'messaging', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
    const { output } = await deliverOne(await startWebhook(), meant);
    expect(output.split(UNREGISTERED)).toHaveLength(2);
    expect(output).toContain('OTEL_EXPORTER_OTLP_ENDPOINT is set, but');
    const off = await deliverOne(await startWebhook(), { ...meant, OTEL_SDK_DISABLED: 'true' });
    expect(off.output).not.toContain(UNREGISTERED);
  });
});
