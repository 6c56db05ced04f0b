import { messageRepositoryContract } from '../src/index.ts';
import { repositoryAlsoFails } from './doubles/also-fails/repository-also-fails.ts';
import { registerDoubles } from './doubles/register-doubles.ts';
import { beginAttemptDoubles } from './doubles/repository/begin-attempt-doubles.ts';
import { cancelDoubles } from './doubles/repository/cancel-doubles.ts';
import { capabilityDoubles, faultDoubles } from './doubles/repository/capability-doubles.ts';
import { claimDoubles, claimOrderDoubles } from './doubles/repository/claim-doubles.ts';
import { claimRaceDoubles } from './doubles/repository/claim-race-doubles.ts';
import { fencingDoubles } from './doubles/repository/fencing-doubles.ts';
import { foreignDoubles } from './doubles/repository/foreign-doubles.ts';
import { harnessDoubles } from './doubles/repository/harness-doubles.ts';
import { idempotencyDoubles } from './doubles/repository/idempotency-doubles.ts';
import { idempotencyRaceDoubles } from './doubles/repository/idempotency-race-doubles.ts';
import { insertDoubles } from './doubles/repository/insert-doubles.ts';
import { interruptionDoubles } from './doubles/repository/interruption-doubles.ts';
import { leaseDoubles } from './doubles/repository/lease-doubles.ts';
import { metadataDoubles } from './doubles/repository/metadata-doubles.ts';
import { nextDueDoubles } from './doubles/repository/next-due-doubles.ts';
import { listDoubles, readDoubles } from './doubles/repository/read-doubles.ts';
import { redriveDoubles } from './doubles/repository/redrive-doubles.ts';
import { redriveWaitingDoubles } from './doubles/repository/redrive-waiting-doubles.ts';
import { removalDoubles } from './doubles/repository/removal-doubles.ts';
import { responseDoubles } from './doubles/repository/response-doubles.ts';
import { settleDoubles } from './doubles/repository/settle-doubles.ts';
import { settleRepeatDoubles } from './doubles/repository/settle-repeat-doubles.ts';

registerDoubles(
  'a broken MessageRepository:',
  messageRepositoryContract,
  {
    ...harnessDoubles,
    ...insertDoubles,
    ...idempotencyDoubles,
    ...idempotencyRaceDoubles,
    ...metadataDoubles,
    ...claimDoubles,
    ...claimOrderDoubles,
    ...claimRaceDoubles,
    ...interruptionDoubles,
    ...fencingDoubles,
    ...beginAttemptDoubles,
    ...settleDoubles,
    ...settleRepeatDoubles,
    ...responseDoubles,
    ...leaseDoubles,
    ...readDoubles,
    ...listDoubles,
    ...cancelDoubles,
    ...redriveDoubles,
    ...redriveWaitingDoubles,
    ...removalDoubles,
    ...nextDueDoubles,
    ...foreignDoubles,
    ...capabilityDoubles,
    ...faultDoubles,
  },
  { alsoFails: repositoryAlsoFails, mostFailing: 12 },
);
