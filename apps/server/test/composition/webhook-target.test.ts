import { expect, test } from 'vitest';
import { shownTarget, webhookTarget } from '../../src/config/webhook-target.ts';
import { loaded } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const PATH = '/fa36ba41-1794-4295-8053-d198499d2fc9';

test.each([
  ['https://receiver.example', undefined, 'https://receiver.example/'],
  ['https://receiver.example', PATH, `https://receiver.example${PATH}`],
  ['https://receiver.example/', PATH, `https://receiver.example${PATH}`],
  ['https://receiver.example/base//', PATH, `https://receiver.example/base${PATH}`],
  ['https://receiver.example/base?tenant=1', PATH, `https://receiver.example/base${PATH}?tenant=1`],
  ['https://receiver.example/base', 'none', 'https://receiver.example/base'],
])('client.url %s with client.path %s delivers to %s', (CLIENT_URL, CLIENT_PATH, url) => {
  const { config } = loaded({ CLIENT_URL, CLIENT_PATH }, temporaryHome());
  expect(webhookTarget(config, 'http://127.0.0.1:3000')).toEqual({ url, isSandbox: false });
});

test('the target that the log shows has the path and no query', () => {
  const { config } = loaded(
    { CLIENT_URL: 'https://r.example?key=s3cret', CLIENT_PATH: PATH },
    temporaryHome(),
  );
  expect(shownTarget(webhookTarget(config, 'http://127.0.0.1:3000'))).toBe(`https://r.example${PATH}`);
});
