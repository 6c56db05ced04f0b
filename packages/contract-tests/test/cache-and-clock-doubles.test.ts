import { clockContract, sentCacheContract } from '../src/index.ts';
import { cacheAlsoFails } from './doubles/also-fails/cache-also-fails.ts';
import { clockAlsoFails } from './doubles/also-fails/clock-also-fails.ts';
import { expiryDoubles } from './doubles/cache/expiry-doubles.ts';
import { rememberDoubles } from './doubles/cache/remember-doubles.ts';
import { cacheHarnessDoubles, sharingDoubles } from './doubles/cache/sharing-doubles.ts';
import { clockDoubles } from './doubles/clock/clock-doubles.ts';
import { registerDoubles } from './doubles/register-doubles.ts';

registerDoubles(
  'a broken SentCache:',
  sentCacheContract,
  { ...cacheHarnessDoubles, ...rememberDoubles, ...expiryDoubles, ...sharingDoubles },
  { alsoFails: cacheAlsoFails, mostFailing: 5 },
);

registerDoubles('a broken Clock:', clockContract, clockDoubles, {
  alsoFails: clockAlsoFails,
  mostFailing: 5,
});
