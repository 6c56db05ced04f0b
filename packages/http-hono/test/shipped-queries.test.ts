import { readFileSync } from 'node:fs';
import { ManualClock } from '@messaging-system/core/in-memory';
import { describe, expect, test } from 'vitest';
import { deliverySwitchOf } from '../src/index.ts';
import { PrometheusMetrics } from '../src/prometheus/index.ts';
import { createWorld } from './support/world.ts';

const DEPLOY = new URL('../../../deploy/', import.meta.url);

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

async function exportedNames(): Promise<ReadonlySet<string>> {
  const { dispatcher, messages, repository } = createWorld();
  const metrics = new PrometheusMetrics({
    clock: new ManualClock(),
    dispatcher: () => dispatcher,
    messages: () => messages,
    deliverySwitch: () => deliverySwitchOf(repository),
  });
  metrics.observe({ type: 'batch.claimed', at: 0, count: 1, interrupted: 0, durationMs: 1, ids: ['m1'] });
  const types = [...(await metrics.metrics()).matchAll(/^# TYPE (\w+) (\w+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

function namesIn(query: string): readonly string[] {
  return [...query.matchAll(/\b(?:messaging|process|nodejs)_\w+/g)].map(([name]) => name);
}

test('a counter whose rate an alert rule asks for is at zero before its first event, which the rate would miss', async () => {
  const { dispatcher, messages } = createWorld();
  const metrics = new PrometheusMetrics({
    clock: new ManualClock(),
    dispatcher: () => dispatcher,
    messages: () => messages,
  });
  const samples = (await metrics.metrics()).split('\n');
  const rules = readFileSync(new URL('prometheus/alerts.yaml', DEPLOY), 'utf8');
  const asked = [...rules.matchAll(/\b(?:rate|increase)\((\w+)(?:\{(\w+="\w+")\})?/g)];
  expect(asked.length).toBeGreaterThan(3);
  const missing = asked.filter(
    ([, name = '', label = '']) =>
      !samples.some((line) => line.startsWith(`${name}{`) && line.includes(label) && line.endsWith(' 0')),
  );
  expect(missing.map(([query]) => query)).toEqual([]);
});

describe('every metric that is asked for is exported', () => {
  test('by the Grafana dashboard', async () => {
    const exported = await exportedNames();
    // JSON's own type is any: what is read of it is asserted.
    const dashboard = JSON.parse(
      readFileSync(new URL('grafana/messaging-system.json', DEPLOY), 'utf8'),
    ) as Dashboard;
    const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(queries.length).toBeGreaterThan(20);
    for (const query of queries) expect(namesIn(query).length, query).toBeGreaterThan(0);
    expect(queries.flatMap(namesIn).filter((name) => !exported.has(name))).toEqual([]);
  });

  test('by the rule for that nothing runs, which fires also where no process is left to be scraped', () => {
    const rules = readFileSync(new URL('prometheus/alerts.yaml', DEPLOY), 'utf8');
    const rule = rules.split('- alert: ').find((text) => text.startsWith('MessagingNothingRuns\n')) ?? '';
    // A comparison of a series that is not there has no result, so it alone would stay silent.
    expect(rule).toContain('== 0');
    expect(rule).toMatch(/\bor absent\(messaging_processor_state\{state="running"\}\)/);
  });

  test('by the alert rules', async () => {
    const exported = await exportedNames();
    const rules = readFileSync(new URL('prometheus/alerts.yaml', DEPLOY), 'utf8');
    const names = namesIn(rules);
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !exported.has(name))).toEqual([]);
  });
});
