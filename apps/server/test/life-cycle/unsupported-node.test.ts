import { expect, test } from 'vitest';
import { unsupportedNode } from '../../src/life-cycle/unsupported-node.ts';

test.each(['20.20.2', '22.21.0', '24.14.9', '9.99.0'])(
  'Node %s is refused, with the one that is wanted',
  (version) => {
    expect(unsupportedNode(version, '>=24.15')).toMatch(
      `needs Node 24.15 or later, and was started with ${version}`,
    );
  },
);

test.each(['24.15.0', '24.16.1', '25.0.0', '26.10.0'])('Node %s is recent enough', (version) => {
  expect(unsupportedNode(version, '>=24.15')).toBeNull();
});
