import { notAText } from './compilation.ts';
import { inside, type Report } from './problems.ts';
import type { ResponseText } from './response-text.ts';
import { type ValuePath, valuePath } from './value-path.ts';

/** One condition on the body of a response. */
export interface CompiledClause {
  /** Whether the body can be read as this clause needs it: as JSON, or for the empty path as text. */
  readonly isReadable: (body: ResponseText) => boolean;
  /** The text that matched; null where the clause does not hold. */
  readonly match: (body: ResponseText) => string | null;
}

/**
 * Compiles `when`: one clause or a list of which all must hold. A `*` means every entry where `every` is asked for, and any entry otherwise. A path that
 * finds nothing does not match.
 */
export function compileClauses(
  given: unknown,
  every: boolean,
  path: string,
  report: Report,
): readonly CompiledClause[] {
  if (given === undefined) return [];
  const isList = Array.isArray(given);
  const list: readonly unknown[] = isList ? given : [given];
  if (list.length === 0) report(path, 'must have a clause');
  return list.flatMap((clause, index) => {
    const compiled = compileClause(clause, every, isList ? inside(path, index) : path, report);
    return compiled === null ? [] : [compiled];
  });
}

const FIELDS: readonly string[] = ['path', 'in'];

function compileClause(given: unknown, every: boolean, path: string, report: Report): CompiledClause | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    report(path, 'must be a clause such as { path: "code", in: ["30"] }');
    return null;
  }
  const { path: where, in: texts }: { readonly path?: unknown; readonly in?: unknown } = given;
  for (const name of Object.keys(given).filter((field) => !FIELDS.includes(field)))
    report(inside(path, name), `is unknown; a clause has ${FIELDS.join(' and ')}`);
  if (typeof where !== 'string') report(inside(path, 'path'), notAText(where));
  if (!Array.isArray(texts) || texts.length === 0)
    report(inside(path, 'in'), 'must be a list of texts such as ["30", "40"]');
  else
    for (const [index, text] of texts.entries()) {
      if (typeof text !== 'string') report(inside(inside(path, 'in'), index), notAText(text));
    }
  return typeof where === 'string' && Array.isArray(texts)
    ? clauseOf(where, new Set<unknown>(texts), every)
    : null;
}

function clauseOf(where: string, texts: ReadonlySet<unknown>, every: boolean): CompiledClause {
  if (where === '') {
    return {
      isReadable: ({ isWhole }) => isWhole,
      match: ({ text }) => (texts.has(text.trim()) ? text.trim() : null),
    };
  }
  const read = valuePath(where);
  return {
    isReadable: ({ isWhole, json }) => isWhole && json !== undefined,
    match: ({ json }) => matchOf(read, json, texts, every),
  };
}

function matchOf(read: ValuePath, json: unknown, texts: ReadonlySet<unknown>, every: boolean): string | null {
  const { values, hasGaps } = read(json);
  const isMissed = every && (hasGaps || values.some((value) => !texts.has(value)));
  return isMissed ? null : (values.find((value) => texts.has(value)) ?? null);
}
