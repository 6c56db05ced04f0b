import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** The code blocks of a language in the README of a package, in their order. */
export async function readmeCode(packageUrl: URL, language = 'ts'): Promise<readonly string[]> {
  const readme = await readFile(new URL('README.md', packageUrl), 'utf8');
  return [...readme.matchAll(/```(\w+)\n(.*?)```/gs)]
    .filter(([, marked]) => marked === language)
    .map(([, , code]) => code ?? '');
}

/** Runs TypeScript as a module of a package. */
export async function runCode(
  packageUrl: URL,
  code: string,
): Promise<{ readonly exitCode: unknown; readonly output: string; readonly complaints: string }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@messaging-system/source', '--input-type=module-typescript', '--eval', code],
    { cwd: packageUrl, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let [output, complaints] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, output, complaints };
}
