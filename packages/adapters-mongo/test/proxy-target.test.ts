import { expect, test } from 'vitest';
import { proxyTarget } from './support/proxy-target.ts';

test('a proxy leads to the default port where the URI names none', () => {
  expect(proxyTarget('mongodb://db.example/?replicaSet=rs0')).toMatchObject({
    host: 'db.example',
    port: 27_017,
  });
});

test('a client of a proxy has the credentials of the real URI', () => {
  const uri = 'mongodb://me:p%40ss@db.example:27018/app?replicaSet=rs0';
  expect(proxyTarget(uri).uriThrough(4_000, '&appName=a')).toBe(
    'mongodb://me:p%40ss@127.0.0.1:4000/?directConnection=true&authSource=app&appName=a',
  );
});

test.each(['mongodb+srv://cluster.example.com', 'mongodb://db.example/?tls=true'])(
  'a server that is reached with TLS only is refused: %s',
  (uri) => {
    expect(() => proxyTarget(uri)).toThrow('without TLS');
  },
);
