import { notAText } from '../contract/compilation.ts';
import { inside, type Report } from '../contract/problems.ts';
import type { BodyTemplate, ProviderContract } from '../contract/provider-contract.ts';
import type { Blanks } from '../contract/template.ts';
import { goService } from './go-service.ts';
import { NO_BLANKS, type Preset } from './preset.ts';
import { PRESET_NAMES, PRESETS, type PresetName } from './presets.ts';

/** A contract, or a preset with what differs from it. */
export interface ContractChoice extends ProviderContract {
  readonly preset?: PresetName | undefined;
}

export interface ResolvedContract {
  readonly preset: Preset;
  /** With its holes; undefined where it has to be given and is not. */
  readonly url: string | undefined;
  readonly contract: ProviderContract;
  readonly blanks: Blanks;
}

/** Of a contract that says everything itself. */
const BARE: Preset = {
  base: null,
  path: '',
  contract: {},
  blanks: NO_BLANKS,
  auth: null,
  webhookHeaders: false,
  repeats: 'unrecognised',
};

const FIELDS: readonly (keyof ContractChoice)[] = [
  'preset',
  'with',
  'method',
  'encoding',
  'headers',
  'body',
  'accept',
  'reject',
  'messageId',
];

/** Puts what was given on top of the preset: maps entry by entry, `reject` before the preset's, everything else in its place. */
export function resolveContract(
  given: ContractChoice,
  url: string | undefined,
  report: Report,
): ResolvedContract {
  for (const name of Object.keys(given).filter((field) => !FIELDS.some((known) => known === field)))
    report(name, `is unknown; a contract has ${FIELDS.join(', ')}`);
  const preset = presetOf(given, report);
  const base = preset.contract;
  const reject =
    given.reject === undefined ? [] : Array.isArray(given.reject) ? given.reject : [given.reject];
  return {
    preset,
    url: url === undefined ? joined(preset.base, preset.path) : joined(url, preset.path),
    contract: {
      ...base,
      ...withoutUndefined(given),
      headers: { ...lowered(base.headers), ...lowered(given.headers) },
      body: merged(base.body, given.body),
      reject: [...reject, ...(base.reject ?? [])],
    },
    blanks: blanksOf(given, preset, report),
  };
}

/** Without a preset a contract with a body says everything itself; one without a body is about the usual request. */
function presetOf({ preset, body, method }: ContractChoice, report: Report): Preset {
  if (preset === undefined) return body === undefined && method !== 'GET' ? goService : BARE;
  if (PRESET_NAMES.includes(preset)) return PRESETS[preset];
  report('preset', `must be one of ${PRESET_NAMES.join(', ')}`);
  return BARE;
}

function joined(base: string | null, path: string): string | undefined {
  if (base === null) return undefined;
  return path === '' ? base : base.replace(/\/+$/, '') + path;
}

function withoutUndefined(given: ContractChoice): ProviderContract {
  const { preset: _, ...contract } = given;
  return Object.fromEntries(Object.entries(contract).filter(([, value]) => value !== undefined));
}

/** Names of headers are the same in any case. */
function lowered(headers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function merged(base: BodyTemplate | undefined, given: BodyTemplate | undefined): BodyTemplate | undefined {
  if (given === undefined) return base;
  if (!isMap(base) || !isMap(given)) return given;
  const entries = Object.entries(given).map(([name, value]) => {
    const below = Object.hasOwn(base, name) ? base[name] : undefined;
    // A value that was given is never undefined.
    return [name, merged(below, value) ?? null] as const;
  });
  return { ...base, ...Object.fromEntries(entries) };
}

function isMap(tree: BodyTemplate | undefined): tree is { readonly [name: string]: BodyTemplate } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

function blanksOf(given: ContractChoice, preset: Preset, report: Report): Blanks {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries<unknown>(given.with ?? {})) {
    if (typeof value === 'string' && value !== '') values[name] = value;
    else report(inside('with', name), value === '' ? 'is empty' : notAText(value));
  }
  if (preset === BARE || preset === goService) return values;
  const { required, optional, oneOf = [] } = preset.blanks;
  const known = [...required, ...oneOf, ...Object.keys(optional)];
  for (const name of Object.keys(values).filter((one) => !known.includes(one)))
    report(inside('with', name), `is unknown; the preset has ${known.join(', ') || 'none'}`);
  for (const name of required.filter((one) => given.with?.[one] === undefined))
    report(inside('with', name), 'is missing');
  const chosen = oneOf.filter((name) => given.with?.[name] !== undefined);
  if (oneOf.length > 0 && chosen.length === 0) report('with', `must have ${oneOf.join(' or ')}`);
  if (chosen.length > 1) report('with', `has ${chosen.join(' and ')}: give one of them`);
  const missing = Object.fromEntries([...required, ...oneOf].map((name) => [name, null]));
  return { ...missing, ...optional, ...values };
}
