import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseCommand } from './cli/parse-command.ts';

const SIMULATE = fileURLToPath(new URL('./simulate.ts', import.meta.url));
const FORGETFUL = fileURLToPath(new URL('./support/forgetful-store.ts', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function simulate(...args: readonly string[]): Promise<Ended> {
  const all = ['--conditions=@messaging-system/source', SIMULATE, ...args];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, all, { maxBuffer: 2 ** 26 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error;
    return { code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}

describe('the simulate command', () => {
  test('runs many worlds on several threads and says what went on in them', async () => {
    const { code, stdout } = await simulate('--worlds', '120', '--seed', '11', '--workers', '2');
    expect(stdout).toContain('120 worlds, 0 violations');
    expect(stdout).toMatch(/faults that really happened: \d{3,}/);
    expect(code).toBe(0);
  }, 120_000);

  test('prints the trace of the one world of a seed', async () => {
    const { code, stdout } = await simulate('--seed', '11');
    expect(stdout).toContain('p1.1  boots');
    expect(stdout).toContain('every rule held');
    expect(code).toBe(0);
  }, 60_000);

  test('prints a command with which the failure happens again', async () => {
    const failed = await simulate('--worlds', '100', '--store', FORGETFUL);
    expect(failed.code).toBe(1);
    const command = /again: npm run simulate -- (.*)/.exec(failed.stdout)?.[1];
    const broken = /seed \d+: (".*" is broken)/.exec(failed.stdout)?.[1];
    expect(command).toMatch(/^--seed \d+ --extension \d+ --keep [\d,]+ --store /);
    const again = await simulate(...(command?.split(' ') ?? []));
    expect(again.stdout).toContain(broken);
    expect(again.code).toBe(1);
  }, 120_000);

  test('refuses what is not an option, and says which there are', async () => {
    const { code, stderr } = await simulate('--sed', '1');
    expect(code).toBe(64);
    expect(stderr).toContain('--sed');
    expect(stderr).toContain('--seed N');
  }, 60_000);
});

describe('the command line', () => {
  test('without anything asks for a thousand worlds of the reference adapters', () => {
    expect(parseCommand([], 2)).toMatchObject({
      seed: 1,
      worlds: 1_000,
      workers: 2,
      store: 'memory',
      trace: false,
    });
  });

  test('with a seed alone asks for that world and its trace', () => {
    expect(parseCommand(['--seed', '7', '--keep', '1,5'], 2)).toMatchObject({
      seed: 7,
      worlds: 1,
      keep: [1, 5],
      trace: true,
    });
  });

  test.each([
    ['--worlds', 'many', '--worlds must be a whole number'],
    ['--policy', 'pray', '--policy must be'],
  ])('refuses %s %s', (name, value, problem) => {
    expect(() => parseCommand([name, value], 2)).toThrow(problem);
  });
});
