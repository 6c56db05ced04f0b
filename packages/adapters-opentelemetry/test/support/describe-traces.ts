import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** Every trace as a tree, in the order of their beginnings, with the details of each span that a reader needs. */
export function describeTraces(spans: readonly ReadableSpan[]): string {
  const inOrder = spans.toSorted((one, other) => startOf(one) - startOf(other));
  const roots = inOrder.filter(
    ({ parentSpanContext }) => parentOf(parentSpanContext?.spanId, spans) === undefined,
  );
  const linesBelow = (parent: ReadableSpan, indent: string): readonly string[] => {
    const children = inOrder.filter(
      ({ parentSpanContext }) => parentSpanContext?.spanId === parent.spanContext().spanId,
    );
    return children.flatMap((child, index) => {
      const isLast = index === children.length - 1;
      return [
        `${indent}${isLast ? '└─' : '├─'} ${describe(child, spans)}`,
        ...linesBelow(child, `${indent}${isLast ? '   ' : '│  '}`),
      ];
    });
  };
  return roots.map((root) => [describe(root, spans), ...linesBelow(root, '')].join('\n')).join('\n\n');
}

function describe({ name, attributes, links }: ReadableSpan, spans: readonly ReadableSpan[]): string {
  const known = Object.entries(attributes)
    .filter(([key]) => /^(messaging_system\.|messaging\.batch|error\.type|http\.response)/.test(key))
    .map(([key, value]) => `${key.replace(/^messaging(_system|\.batch)\./, '')}=${value}`);
  const linked = links.map(({ context }) => `links to '${parentOf(context.spanId, spans)?.name}'`);
  return [name, ...known, ...linked].join('  ');
}

function parentOf(spanId: string | undefined, spans: readonly ReadableSpan[]): ReadableSpan | undefined {
  return spans.find((span) => span.spanContext().spanId === spanId);
}

function startOf({ startTime: [seconds, nanoseconds] }: ReadableSpan): number {
  return seconds * 1e9 + nanoseconds;
}
