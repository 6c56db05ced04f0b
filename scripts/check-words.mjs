// Plain English in pages, comments, texts and test titles: finds sentences that run backwards, and words that the field does not use.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** Each with what to write instead. */
const RULES = [
  [
    /(?<=^|[.:;!?]\s+|\(|\| )(?:What|Who|Whoever|Whatever|Of what|Of whom)\s(?![^.!?]*\?)/g,
    'begin with the subject: "A sender that …", not "Who …"',
  ],
  [/\bwants\b/gi, 'requires, needs, expects'],
  [/\bbeside\b/gi, 'next to, with, in addition to, compared with'],
  [/\bmend(?:s|ed|ing)?\b/gi, 'fix, repair'],
  [
    /\b(?:is|are|was|were|be|been|being) told\b|\btold (?:of|by|to|apart)\b/gi,
    'receives, is notified, is reported, distinguished',
  ],
  [/\bat the most\b/gi, 'at most'],
  [/\bfor good\b/gi, 'permanently, for ever'],
  [/\banyhow\b/gi, 'anyway, in any case'],
  [/\b(?:is|are|was|were) none of\b/gi, 'is not one of, does not come from'],
  [
    /(?<!\bthere )(?<!\bthat )\b(?:is|are|was|were) no (?!longer\b|more\b|one\b|less\b|fewer\b|later\b|earlier\b|different\b)/gi,
    'is not a …, has no …',
  ],
];

/** Texts that stay: the rules of simulated worlds, by which recorded runs name what was broken. */
const ALLOWED = ['keeps what it was told', 'works by store time where it can be told'];

const PAGES = /\.md$/;
const SOURCES = /\.(?:ts|mjs|js)$/;
const IGNORED = /^(?:test\/words\.test\.ts|docs\/adr\/|\.changeset\/)/;

/** The places of a text that break a rule: what is wrong, and what to write instead. */
export function wordsToChange(text) {
  return RULES.flatMap(([pattern, instead]) =>
    [...text.matchAll(pattern)]
      .filter(
        ({ index }) =>
          !ALLOWED.some((allowed) => text.slice(Math.max(0, index - 40), index + 60).includes(allowed)),
      )
      .map(({ 0: found, index }) => ({ index, found: found.trim(), instead })),
  );
}

/** The prose of a page: without code, comments, headings, and the addresses of links. */
export function proseOfPage(text) {
  const blank = (found) => found.replaceAll(/[^\n]/g, ' ');
  const prose = text
    .replaceAll(/^---\n.*?^---$/gms, blank)
    .replaceAll(/^( *)```.*?^\1```/gms, blank)
    .replaceAll(/<!--.*?-->/gs, blank)
    .replaceAll(/^#+ .*$/gm, blank)
    .replaceAll(/`[^`\n]*`/g, (found) => 'x'.repeat(found.length))
    .replaceAll(/\]\([^)]*\)/g, blank);
  return [{ start: 0, text: prose }];
}

/** Comments and the texts of three words or more. */
export function proseOfSource(text, file) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const literals = [];
  const visit = (node) => {
    if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateExpression(node) ||
      ts.isRegularExpressionLiteral(node)
    ) {
      literals.push({
        start: node.getStart(source),
        end: node.end,
        isText: !ts.isRegularExpressionLiteral(node),
      });
    }
    if (!ts.isTemplateExpression(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  const texts = literals
    .filter(({ isText }) => isText)
    .map(({ start, end }) => ({ start: start + 1, text: text.slice(start + 1, end - 1) }))
    .filter((literal) => /\w \w+ \w/.test(literal.text));
  let code = text;
  for (const { start, end } of literals)
    code = code.slice(0, start) + ' '.repeat(end - start) + code.slice(end);
  const comments = [...code.matchAll(/\/\*.*?\*\/|(?:(?<=^|\n)[ \t]*\/\/[^\n]*\n?)+|\/\/[^\n]*/gs)].map(
    ({ 0: found, index }) => ({
      start: index,
      isComment: true,
      // Of the same length, so that places stay.
      text: found
        .replaceAll(/^(\s*)(\/\/+|\/\*+|\*(?!\/))/gm, (mark) => ' '.repeat(mark.length))
        .replaceAll(/`[^`\n]*`/g, (name) => 'x'.repeat(name.length)),
    }),
  );
  return [
    ...texts,
    ...comments.map((comment) => ({
      ...comment,
      text: comment.text.replace(/^\s+/, (space) => space.replaceAll(/\s/g, '\u200b')),
    })),
  ];
}

export function proseOf(file, text) {
  if (PAGES.test(file)) return proseOfPage(text);
  if (SOURCES.test(file)) return proseOfSource(text, file);
  if (!file.endsWith('package.json')) return [];
  const start = text.indexOf('"description"');
  return start < 0 ? [] : [{ start, text: text.slice(start).split('\n', 1)[0] }];
}

function check(file) {
  const text = readFileSync(file, 'utf8');
  return proseOf(file, text).flatMap(({ start, text: prose, isComment = false }) =>
    wordsToChange(prose.replaceAll('\u200b', '')).map(({ index, found, instead }) => {
      const lead = prose.length - prose.replaceAll('\u200b', '').length;
      const line = text.slice(0, start + lead + index).split('\n').length;
      return { file, line, found, instead, isComment };
    }),
  );
}

if (import.meta.main) {
  const named = process.argv.slice(2);
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...named], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter(
      (file) =>
        existsSync(file) &&
        !IGNORED.test(file) &&
        (PAGES.test(file) || SOURCES.test(file) || file.endsWith('package.json')),
    );
  const found = files.flatMap(check);
  for (const { file, line, found: words, instead } of found)
    console.log(`${file}:${line}: "${words}": write ${instead}`);
  if (found.length > 0) {
    console.log(`${found.length} in ${new Set(found.map(({ file }) => file)).size} of ${files.length} files`);
    process.exitCode = 1;
  }
}
