import { type BodyEncoder, type Compilation, textOf } from './compilation.ts';
import { compileForm } from './form-body.ts';
import { compileJson } from './json-body.ts';
import type { BodyTemplate, Encoding } from './provider-contract.ts';
import { holeValue, onlyHole } from './template.ts';
import { compileXml } from './xml-body.ts';

export const CONTENT_TYPES: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
};

/** Compiles a body once for all messages; null where it is wrong, which is reported. */
export function compileBody(
  body: BodyTemplate,
  encoding: Encoding,
  compilation: Compilation,
): BodyEncoder | null {
  switch (encoding) {
    case 'json':
      return compileJson(body, compilation);
    case 'form':
      return compileForm(body, compilation);
    case 'xml':
      return compileXml(body, compilation);
    case 'text':
      return compileText(body, compilation);
  }
}

/** Nothing is escaped here, so the one hole must be all that there is. */
function compileText(body: BodyTemplate, compilation: Compilation): BodyEncoder | null {
  const template = textOf(body, 'body', compilation);
  if (template === null) return null;
  const hole = onlyHole(template);
  if (hole !== null) return (filling) => holeValue(hole, filling);
  compilation.report('body', 'must be exactly one hole, such as "{content}", with the encoding text');
  return null;
}
