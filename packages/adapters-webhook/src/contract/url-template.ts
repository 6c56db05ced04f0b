import { type Compilation, textOf } from './compilation.ts';
import { inside } from './problems.ts';
import { type Filling, fillText, holeValue, isConstant, onlyHole, type Template } from './template.ts';
import { UnbuildableMessageError } from './unbuildable-message-error.ts';

/** Where requests go: one origin for all messages, and the path and query of each. */
export interface RequestTarget {
  /** Of a URL with holes only the origin. */
  readonly url: URL;
  /** @throws UnbuildableMessageError */
  readonly path: (filling: Filling) => string;
}

const SHAPE = /^(https?:\/\/[^/?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/i;

/** Compiles the URL of a contract; null where it is wrong, which is reported. A text without holes is an URL as any other. */
export function compileUrl(given: string, compilation: Compilation): RequestTarget | null {
  const report = (problem: string): null => {
    compilation.report('url', problem);
    return null;
  };
  const whole = textOf(given, 'url', compilation);
  if (whole === null) return null;
  if (isConstant(whole)) return constantTarget(whole.join(''), report);
  const [, origin = '', path = '', query, fragment] = SHAPE.exec(given) ?? [];
  if (origin === '') return report('must begin with http:// or https://');
  if (fragment !== undefined) return report('must not have a fragment (#)');
  // Whom a request is sent to is the configuration's to say, never a message's.
  if (/[{}]/.test(origin)) return report('must not have a hole in its scheme, user, host or port');
  const url = URL.parse(origin);
  if (url === null) return report('is not a URL');
  if (url.username !== '' || url.password !== '')
    return report('must not carry a user name or a password: give the credentials as auth');
  const segments = path.split('/').map((segment) => textOf(segment, 'url', compilation) ?? []);
  const fields = query === undefined ? [] : query.split('&').map((field) => fieldOf(field, compilation));
  if (fields.includes(null)) return null;
  const pathOf = segments.map((segment) => segmentFiller(segment));
  const queryOf = fields.filter((field) => field !== null);
  return {
    url,
    path: (filling) => {
      const filledPath = pathOf.map((fill) => fill(filling)).join('/') || '/';
      const filledQuery = queryOf.flatMap((fill) => fill(filling) ?? []).join('&');
      return filledQuery === '' ? filledPath : `${filledPath}?${filledQuery}`;
    },
  };
}

function constantTarget(text: string, report: (problem: string) => null): RequestTarget | null {
  const url = URL.parse(text);
  if (url === null) return report('is not a URL');
  if (!/^https?:$/.test(url.protocol)) return report('must begin with http:// or https://');
  if (url.username !== '' || url.password !== '')
    return report('must not carry a user name or a password: give the credentials as auth');
  const path = url.pathname + url.search;
  return { url, path: () => path };
}

function segmentFiller(template: Template): (filling: Filling) => string {
  const written = template.map((part) => (typeof part === 'string' ? constantPart(part) : part));
  if (isConstant(written)) {
    const constant = written.join('');
    return () => constant;
  }
  return (filling) => {
    const segment = fillText(written, filling, percentEncoded);
    // These make another path of it: an empty segment, and `.` and `..` in all their spellings.
    if (/^(?:\.|%2e){0,2}$/i.test(segment)) throw new UnbuildableMessageError('invalid_path_segment');
    return segment;
  };
}

function fieldOf(field: string, compilation: Compilation): ((filling: Filling) => string | null) | null {
  const [name = '', ...rest] = field.split('=');
  const value = textOf(rest.join('='), inside('url', 'query'), compilation);
  const constant = textOf(name, inside('url', 'query'), compilation);
  if (value === null || constant === null) return null;
  if (!isConstant(constant)) {
    compilation.report('url', 'must not have a hole in the name of a query field');
    return null;
  }
  const prefix = constantPart(constant.join('')) + (rest.length === 0 ? '' : '=');
  const written = value.map((part) => (typeof part === 'string' ? constantPart(part) : part));
  const hole = onlyHole(value);
  return (filling) => {
    if (hole === null) return prefix + fillText(written, filling, percentEncoded);
    return hole.read(filling) === undefined ? null : prefix + percentEncoded(holeValue(hole, filling));
  };
}

/** Half a surrogate pair can't be encoded; it becomes what every encoder makes of it. */
function percentEncoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** A constant as it is written, with what a URL can't have in it percent-encoded. */
function constantPart(text: string): string {
  return text.toWellFormed().replaceAll(/[^\x21-\x7e]|["<>\\^`{|}]/gu, (part) => encodeURIComponent(part));
}
