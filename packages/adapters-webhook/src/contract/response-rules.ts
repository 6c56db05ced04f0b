import type { SendOutcome } from '@messaging-system/core/adapter';
import { type Answer, type AnswerRules, askedToWait, classifyAnswer } from '../classify-answer.ts';
import { notAText } from './compilation.ts';
import { inside, type Report } from './problems.ts';
import { type ProviderContract, VERDICTS, type Verdict } from './provider-contract.ts';
import { type CompiledClause, compileClauses } from './response-clauses.ts';
import { ResponseText } from './response-text.ts';
import { compileStatuses } from './status-pattern.ts';
import { type ValuePath, valuePath } from './value-path.ts';

/** Turns responses of a provider into outcomes. */
export interface ResponseRules {
  /** Whether a response with the status can't be judged without its body. */
  readonly needsBody: (status: number) => boolean;
  readonly read: (answer: Answer) => SendOutcome;
}

interface Rule {
  readonly matches: (status: number) => boolean;
  readonly clauses: readonly CompiledClause[];
}

interface Rejection extends Rule {
  readonly as: Verdict;
  readonly afterMs: number | undefined;
}

// An id has to fit a store's field and a log line.
const LONGEST_ID = 1_024;

/** Compiles the rules once for all responses; problems are reported. */
export function compileRules(
  { accept = {}, reject = [], messageId = 'messageId' }: ProviderContract,
  usual: AnswerRules,
  report: Report,
): ResponseRules {
  if (typeof messageId !== 'string' || messageId === '') report('messageId', notAText(messageId));
  if (String(messageId).split('.').includes('*'))
    report('messageId', 'must not have *: a message has one id');
  const rejections = listOf(reject, report).map((rule, index) =>
    rejectionOf(rule, inside('reject', index), report),
  );
  const acceptance = acceptanceOf(accept, usual, report);
  const idPath = valuePath(String(messageId));
  const rules: readonly Rule[] = [...rejections, acceptance];
  // The table of all statuses that no rule decided: a 2xx that is not accepted is ambiguous.
  const undecided: AnswerRules = { ...usual, isAccepted: () => false };
  return {
    needsBody: (status) => rules.some(({ matches, clauses }) => clauses.length > 0 && matches(status)),
    read: (answer) => {
      const body = new ResponseText(answer);
      for (const rule of rejections) {
        const match = matchOf(rule, answer.status, body);
        if (match === 'unreadable') return { kind: 'ambiguous', reason: 'unreadable_response' };
        if (match !== null) return rejected(rule, match.value, answer, usual, () => accepted(idPath, body));
      }
      if (!acceptance.matches(answer.status)) return classifyAnswer(answer, undecided);
      const match = matchOf(acceptance, answer.status, body);
      if (match === 'unreadable') return { kind: 'ambiguous', reason: 'unreadable_response' };
      return match === null ? { kind: 'ambiguous', reason: 'unexpected_response' } : accepted(idPath, body);
    },
  };
}

function matchOf(
  { matches, clauses }: Rule,
  status: number,
  body: ResponseText,
): { readonly value: string | null } | 'unreadable' | null {
  if (!matches(status)) return null;
  if (clauses.some((clause) => !clause.isReadable(body))) return 'unreadable';
  let value: string | null = null;
  for (const clause of clauses) {
    const match = clause.match(body);
    if (match === null) return null;
    value ??= match;
  }
  return { value };
}

function rejected(
  { as, afterMs }: Rejection,
  value: string | null,
  answer: Answer,
  { clock }: AnswerRules,
  accepts: () => SendOutcome,
): SendOutcome {
  const { status } = answer;
  const reason = reasonOf(status, value);
  switch (as) {
    case 'accepted':
      return accepts();
    case 'permanent':
      return { kind: 'permanent', reason };
    case 'refusing':
    case 'gone':
      return { kind: 'permanent', reason, endpoint: as };
    case 'ambiguous':
      return { kind: 'ambiguous', reason };
    case 'retryable': {
      const { retryAfterMs = afterMs } = askedToWait(answer, clock);
      if (retryAfterMs === undefined) return { kind: 'retryable', reason };
      const isBusy = afterMs !== undefined || status === 429 || status === 503;
      return { kind: 'retryable', reason, retryAfterMs, ...(isBusy && { busy: true }) };
    }
  }
}

/** The status and the text of the rule that matched, which the configuration has: there are only so many. */
function reasonOf(status: number, value: string | null): string {
  const code = value?.replaceAll(/[^\w.-]/g, '').slice(0, 40) ?? '';
  return code === '' ? `http_${status}` : `http_${status}_${code}`;
}

function accepted(idPath: ValuePath, { json }: ResponseText): SendOutcome {
  const [id = ''] = idPath(json).values;
  return id === '' || id.length > LONGEST_ID
    ? { kind: 'accepted' }
    : { kind: 'accepted', webhookMessageId: id };
}

const ACCEPT_FIELDS: readonly string[] = ['status', 'when'];
const REJECT_FIELDS: readonly string[] = [...ACCEPT_FIELDS, 'as', 'after'];

function listOf(reject: unknown, report: Report): readonly unknown[] {
  if (Array.isArray(reject)) return reject;
  report('reject', 'must be a list of rules');
  return [];
}

function acceptanceOf(given: unknown, { isAccepted }: AnswerRules, report: Report): Rule {
  const { status, when } = fieldsOf(given, ACCEPT_FIELDS, 'accept', report);
  return {
    matches: compileStatuses(status, 'accept.status', report) ?? isAccepted,
    clauses: compileClauses(when, true, 'accept.when', report),
  };
}

function rejectionOf(given: unknown, path: string, report: Report): Rejection {
  const { status, when, as, after } = fieldsOf(given, REJECT_FIELDS, path, report);
  const verdict = VERDICTS.find((one) => one === as);
  if (verdict === undefined) report(inside(path, 'as'), `must be one of ${VERDICTS.join(', ')}`);
  if (after !== undefined && verdict !== 'retryable')
    report(inside(path, 'after'), 'is only for rules with as: retryable');
  if (status === undefined && when === undefined)
    report(path, 'has neither status nor when: it would decide every response');
  return {
    matches: compileStatuses(status, inside(path, 'status'), report) ?? (() => true),
    clauses: compileClauses(when, false, inside(path, 'when'), report),
    as: verdict ?? 'ambiguous',
    afterMs: after === undefined ? undefined : durationOf(after, inside(path, 'after'), report),
  };
}

function fieldsOf(
  given: unknown,
  names: readonly string[],
  path: string,
  report: Report,
): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    report(path, `must be a map of ${names.join(', ')}`);
    return {};
  }
  for (const name of Object.keys(given).filter((field) => !names.includes(field)))
    report(inside(path, name), `is unknown; there are ${names.join(', ')}`);
  return { ...given };
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function durationOf(given: unknown, path: string, report: Report): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(String(given)) ?? [];
  if (amount !== undefined) return Number(amount) * (UNITS_MS[unit] ?? 1);
  report(path, 'must be a duration such as 500ms, 10s, 2m or 1h');
  return undefined;
}
