/**
 * How a provider is called and what its responses mean, as data. Texts may have holes such as `{phoneNumber}`; a literal brace is `{{` or `}}`.
 * Everything else is code: `buildBody`, `headers`, `signRequest` and `readResponse` of the sender.
 */
export interface ProviderContract {
  /** Default POST. */
  readonly method?: Method | undefined;
  /** How the body is written; default `json`. */
  readonly encoding?: Encoding | undefined;
  /** A value that is exactly one hole is left out when the hole has no value. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A tree for `json`; texts and lists of texts for `form`; one hole for `text`; a document for `xml`. */
  readonly body?: BodyTemplate | undefined;
  /** Values for the holes `{with.x}`. */
  readonly with?: Readonly<Record<string, string>> | undefined;
  readonly accept?: AcceptRule | undefined;
  /** Tried in order, before `accept` and the usual table. */
  readonly reject?: readonly RejectRule[] | undefined;
  /** Where the response has the provider's own id; default `messageId`. */
  readonly messageId?: string | undefined;
}

export type Method = 'POST' | 'PUT' | 'PATCH' | 'GET';
export const METHODS: readonly Method[] = ['POST', 'PUT', 'PATCH', 'GET'];

export type Encoding = 'json' | 'form' | 'text' | 'xml';
export const ENCODINGS: readonly Encoding[] = ['json', 'form', 'text', 'xml'];

export type BodyTemplate =
  | string
  | number
  | boolean
  | null
  | readonly BodyTemplate[]
  | { readonly [name: string]: BodyTemplate };

/** Which responses mean that the provider took the message. */
export interface AcceptRule {
  /** Default every 2xx. */
  readonly status?: StatusPattern | readonly StatusPattern[] | undefined;
  readonly when?: Clause | readonly Clause[] | undefined;
}

export interface RejectRule {
  /** Default every status. */
  readonly status?: StatusPattern | readonly StatusPattern[] | undefined;
  /** All clauses must hold. */
  readonly when?: Clause | readonly Clause[] | undefined;
  readonly as: Verdict;
  /** How long to wait where no header says it, such as `10s`: deliveries pause, and the attempt does not count. Only with `as: retryable`. */
  readonly after?: string | undefined;
}

/** A status, or a class such as `5xx`. */
export type StatusPattern = number | string;

export interface Clause {
  /** Names and positions in the JSON response, joined by dots; `*` is every entry of a list. Empty: the whole response as text. */
  readonly path: string;
  /** The texts that match. */
  readonly in: readonly string[];
}

export type Verdict = 'accepted' | 'permanent' | 'retryable' | 'refusing' | 'gone' | 'ambiguous';
export const VERDICTS: readonly Verdict[] = [
  'accepted',
  'permanent',
  'retryable',
  'refusing',
  'gone',
  'ambiguous',
];

/** Of which attempts the beginning of the response is kept with the message. */
export type KeepResponses = 'none' | 'failures' | 'all';
export const KEEP_RESPONSES: readonly KeepResponses[] = ['none', 'failures', 'all'];
