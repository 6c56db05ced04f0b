import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const FOLDER = join(import.meta.dirname, '../../../../deploy/prometheus');
// `PROMTOOL` names one that has to be there: a run that sets it never skips these tests.
const promtool =
  process.env.PROMTOOL ??
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'promtool'))
    .find(existsSync);

interface RuleTest {
  readonly name: string;
  readonly input_series: readonly { readonly series: string }[];
  readonly alert_rule_test: readonly {
    readonly alertname: string;
    readonly exp_alerts?: readonly unknown[];
  }[];
}

/** The caller names the shape that it expects; what it reads of it is checked. */
function file<Shape>(name: string): Shape {
  return parse(readFileSync(join(FOLDER, name), 'utf8')) as Shape;
}

const rules = file<{
  readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
}>('alerts.yaml').groups.flatMap((group) => group.rules.map(({ alert }) => alert));
const { tests } = file<{ readonly tests: readonly RuleTest[] }>('alerts.test.yaml');

/** The rules that a test with this kind of series expects to fire, or to be silent. */
function expectedTo(
  fires: boolean,
  isMeant: (one: RuleTest) => boolean = ({ input_series }) => input_series.length > 0,
) {
  const cases = tests.filter(isMeant).flatMap((one) => one.alert_rule_test);
  const alerts = cases.filter(({ exp_alerts = [] }) => exp_alerts.length > 0 === fires);
  return [...new Set(alerts.map(({ alertname }) => alertname))].sort();
}

test('each alert rule has a unit test in which it fires, one in which it is silent, and one in which nothing is scraped', () => {
  const all = [...rules].sort();
  expect(all.length).toBeGreaterThan(5);
  expect(expectedTo(true)).toEqual(all);
  expect(expectedTo(false)).toEqual(all);
  const isEmpty = ({ input_series }: RuleTest): boolean => input_series.length === 0;
  expect(expectedTo(true, isEmpty)).toEqual(['MessagingNothingRuns']);
  expect(expectedTo(false, isEmpty)).toEqual(all);
});

const suite = 'promtool on the alert rules';
describe.skipIf(promtool === undefined)(
  promtool === undefined ? `${suite} [SKIPPED: no promtool, apt-get install prometheus]` : suite,
  () => {
    const run = async (...args: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await promisify(execFile)(promtool ?? '', args, { cwd: FOLDER });
      return stdout + stderr;
    };

    test('finds no fault in them', async () => {
      expect(await run('check', 'rules', 'alerts.yaml')).toContain(`SUCCESS: ${rules.length} rules found`);
    });

    test('passes their unit tests', async () => {
      expect(await run('test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS');
    });
  },
);
