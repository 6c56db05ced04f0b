import { DISPATCHER_MUTATIONS } from './dispatcher-mutations.ts';
import { MESSAGES_MUTATIONS } from './messages-mutations.ts';
import type { Mutation } from './mutation.ts';
import { REPOSITORY_MUTATIONS } from './repository-mutations.ts';
import { SQLITE_MUTATIONS } from './sqlite-mutations.ts';

export const ALL_MUTATIONS: readonly Mutation[] = [
  ...DISPATCHER_MUTATIONS,
  ...MESSAGES_MUTATIONS,
  ...REPOSITORY_MUTATIONS,
  ...SQLITE_MUTATIONS,
];
