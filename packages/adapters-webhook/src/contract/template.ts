import type { Message } from '@messaging-system/core';
import { UnbuildableMessageError } from './unbuildable-message-error.ts';

/** The source of the values for the holes of one request. */
export interface Filling {
  readonly message: Message;
  readonly attempt: number;
  /** Epoch ms. */
  readonly now: number;
}

export interface Hole {
  readonly name: string;
  /** Undefined: it has no value. */
  readonly read: (filling: Filling) => string | number | undefined;
}

/** Constant texts and holes, in order. A value is filled in and never read as a template. */
export type Template = readonly (string | Hole)[];

const TOKEN = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/** The template of a text, or what is wrong with it. */
export function parseTemplate(text: string, blanks: Blanks): Template | string {
  const parts: (string | Hole)[] = [];
  let from = 0;
  let constant = '';
  for (const match of text.matchAll(TOKEN)) {
    constant += text.slice(from, match.index);
    from = match.index + match[0].length;
    if (match[0] === '{{' || match[0] === '}}') {
      constant += match[0][0];
    } else if (match[1] === undefined) {
      return `has a single ${match[0]}; write ${match[0].repeat(2)} for a literal brace`;
    } else {
      const hole = holeOf(match[1], blanks);
      if (typeof hole === 'string') return hole;
      if (constant !== '') parts.push(constant);
      constant = '';
      parts.push(hole);
    }
  }
  constant += text.slice(from);
  return constant === '' ? parts : [...parts, constant];
}

/** The values of `{with.x}`; null: optional, and not given. */
export type Blanks = Readonly<Record<string, string | null>>;

const HOLES: Readonly<Record<string, Hole['read']>> = {
  phoneNumber: ({ message }) => message.phoneNumber,
  'phoneNumber.digits': ({ message }) => message.phoneNumber.replace(/^\+/, ''),
  content: ({ message }) => message.content,
  id: ({ message }) => message.id,
  idempotencyKey: ({ message }) => message.idempotencyKey ?? undefined,
  attempt: ({ attempt }) => attempt,
  secondsLeft: ({ message, now }) =>
    // An expired message is not sent; one whose last second has begun has one left.
    message.expiresAt === null ? undefined : Math.max(1, Math.floor((message.expiresAt - now) / 1_000)),
};

const METADATA_NAME = /^metadata\.([a-zA-Z0-9_-]{1,64})$/;

function holeOf(name: string, blanks: Blanks): Hole | string {
  const read = Object.hasOwn(HOLES, name) ? HOLES[name] : undefined;
  if (read !== undefined) return { name, read };
  const entry = METADATA_NAME.exec(name)?.[1];
  if (entry !== undefined) return { name, read: ({ message: { metadata } }) => ownText(metadata, entry) };
  const blank = /^with\.(.+)$/.exec(name)?.[1];
  if (blank !== undefined) {
    const value = Object.hasOwn(blanks, blank) ? blanks[blank] : undefined;
    if (value === undefined) return `has {with.${blank}}, and with has no ${blank}`;
    return { name, read: () => value ?? undefined };
  }
  if (/^(?:env|file)\./.test(name))
    return `has {${name}}, which only the configuration of the server fills in; give the value itself`;
  return `has the unknown hole {${name}}; there are ${Object.keys(HOLES).join(', ')}, metadata.NAME and with.NAME`;
}

function ownText(entries: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return entries !== undefined && Object.hasOwn(entries, name) ? entries[name] : undefined;
}

/** The only hole of a template that has nothing else: such a value keeps its type, and is left out when there is none. */
export function onlyHole(template: Template): Hole | null {
  const [part] = template;
  return template.length === 1 && typeof part === 'object' ? part : null;
}

export function isConstant(template: Template): boolean {
  return template.every((part) => typeof part === 'string');
}

/** @throws UnbuildableMessageError where a hole has no value */
export function fillText(template: Template, filling: Filling, escaped: (value: string) => string): string {
  let text = '';
  for (const part of template) text += typeof part === 'string' ? part : escaped(holeValue(part, filling));
  return text;
}

/** @throws UnbuildableMessageError where the hole has no value */
export function holeValue(hole: Hole, filling: Filling): string {
  const value = hole.read(filling);
  if (value === undefined) throw new UnbuildableMessageError(`no_value_of_${hole.name}`);
  return String(value);
}
