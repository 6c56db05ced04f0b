import { expect, test } from 'vitest';
import { CommandError } from '../src/command-error.ts';
import type { ApiAnswer } from '../src/connection/messaging-api.ts';
import { patientAsk } from '../src/connection/patient-ask.ts';
import { ExitCode } from '../src/exit-code.ts';

const GOOD: ApiAnswer<string> = { isOk: true, status: 201, body: 'done', headers: new Headers(), date: null };
const BUSY: ApiAnswer<string> = {
  isOk: false,
  status: 503,
  code: 'store_unavailable',
  error: 'the store is unavailable',
  details: undefined,
  date: null,
  headers: new Headers({ 'retry-after': '0' }),
};

function gone(): never {
  throw new CommandError(ExitCode.UNAVAILABLE, 'unreachable', 'no server answers');
}

interface World {
  readonly waits: string[];
  run(outcomes: readonly (() => ApiAnswer<string>)[], forMs?: number): Promise<ApiAnswer<string>>;
}

function aWorld(signal: AbortSignal = new AbortController().signal): World {
  const waits: string[] = [];
  return {
    waits,
    run: (outcomes, forMs = 60_000) => {
      const left = [...outcomes];
      const ask = async (): Promise<ApiAnswer<string>> => (left.shift() ?? gone)();
      return patientAsk(ask, { forMs, signal, onWait: (reason) => waits.push(reason) });
    },
  };
}

test('asks again while the server is not there or busy, and says why', async () => {
  const { run, waits } = aWorld();
  expect(await run([() => BUSY, gone, () => GOOD])).toEqual(GOOD);
  expect(waits).toEqual(['the store is unavailable', 'no server answers']);
});

test('asks once where the answer is another one', async () => {
  const refused = { ...BUSY, status: 400, code: 'invalid_request' };
  const { run, waits } = aWorld();
  expect(await run([() => refused])).toEqual(refused);
  expect(waits).toEqual([]);
});

test('gives up when the next wait would end too late', async () => {
  await expect(aWorld().run([gone], 1)).rejects.toMatchObject({ code: 'unreachable' });
});

test('gives up at once when it is to end', async () => {
  await expect(aWorld(AbortSignal.abort()).run([() => BUSY])).rejects.toMatchObject({
    code: 'store_unavailable',
  });
});
