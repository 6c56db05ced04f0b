import { isHeaderName, isHeaderValue, RESERVED_HEADERS } from '../header-rules.ts';
import { type Compilation, textOf } from './compilation.ts';
import { inside } from './problems.ts';
import { type Filling, fillText, isConstant, onlyHole } from './template.ts';
import { UnbuildableMessageError } from './unbuildable-message-error.ts';

/** Appends the headers of a message as pairs. @throws UnbuildableMessageError */
export type HeaderWriter = (filling: Filling, pairs: string[]) => void;

/** The headers of a contract by their names in lower case, each as what writes it. Problems are reported. */
export function compileHeaders(
  given: Readonly<Record<string, string>>,
  compilation: Compilation,
): ReadonlyMap<string, HeaderWriter> {
  const writers = new Map<string, HeaderWriter>();
  for (const [written, value] of Object.entries(given)) {
    const path = inside('headers', written);
    const name = written.toLowerCase();
    if (!isHeaderName(name))
      compilation.report('headers', `has a name that is none: ${JSON.stringify(written)}`);
    else if (RESERVED_HEADERS.has(name)) compilation.report(path, 'is set with each request; remove it');
    else if (writers.has(name)) compilation.report(path, 'is given twice');
    const template = textOf(value, path, compilation);
    if (template === null) continue;
    if (isConstant(template) && !isHeaderValue(template.join('')))
      compilation.report(path, "has characters that a header can't carry");
    const hole = onlyHole(template);
    writers.set(name, (filling, pairs) => {
      if (hole !== null && hole.read(filling) === undefined) return;
      const text = fillText(template, filling, String);
      if (!isHeaderValue(text)) throw new UnbuildableMessageError('invalid_header_value');
      pairs.push(name, text);
    });
  }
  return writers;
}
