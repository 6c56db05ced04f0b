import {
  type BodyEncoder,
  type Compilation,
  namedEntries,
  notAText,
  textOf,
  UNQUOTED_NUMBER,
  unquotedHole,
} from './compilation.ts';
import { inside } from './problems.ts';
import type { BodyTemplate } from './provider-contract.ts';
import { type Filling, fillText, isConstant, onlyHole } from './template.ts';
import { UnbuildableMessageError } from './unbuildable-message-error.ts';

type JsonNode = (filling: Filling) => unknown;

/** `JSON.stringify` of the filled tree: it does the escaping, and leaves out what has no value. */
export function compileJson(body: BodyTemplate, compilation: Compilation): BodyEncoder | null {
  let isRight = true;
  const node = nodeOf(body, 'body', {
    ...compilation,
    report: (path, problem) => {
      isRight = false;
      compilation.report(path, problem);
    },
  });
  if (!isRight) return null;
  return (filling) => {
    // Undefined where the whole body is one hole without a value, which the type leaves out.
    const text: string | undefined = JSON.stringify(node(filling));
    if (text === undefined) throw new UnbuildableMessageError('no_value_of_body');
    return text;
  };
}

// YAML can make a tree that contains itself.
const DEEPEST = 32;

function nodeOf(tree: BodyTemplate, path: string, compilation: Compilation, depth = 0): JsonNode {
  if (depth > DEEPEST) {
    compilation.report('body', 'is nested too deeply');
    return () => undefined;
  }
  if (typeof tree === 'string') return textNode(tree, path, compilation);
  if (tree === null || typeof tree !== 'object') return () => tree;
  if (isList(tree)) {
    const items = tree.map((item, index) => nodeOf(item, inside(path, index), compilation, depth + 1));
    return (filling) => items.map((item) => item(filling)).filter((value) => value !== undefined);
  }
  if (unquotedHole(tree) !== null || UNQUOTED_NUMBER in tree) {
    compilation.report(path, notAText(tree));
    return () => undefined;
  }
  const entries = namedEntries(tree, path).map(
    ([name, value, at]) => [name, nodeOf(value, at, compilation, depth + 1)] as const,
  );
  return (filling) => Object.fromEntries(entries.map(([name, node]) => [name, node(filling)]));
}

function textNode(text: string, path: string, compilation: Compilation): JsonNode {
  const template = textOf(text, path, compilation) ?? [];
  const hole = onlyHole(template);
  if (hole !== null) return hole.read;
  if (isConstant(template)) {
    const constant = template.join('');
    return () => constant;
  }
  return (filling) => fillText(template, filling, String);
}

function isList(tree: object): tree is readonly BodyTemplate[] {
  return Array.isArray(tree);
}
