import type { Random } from '@messaging-system/core/adapter';
import type { Chance } from '../chance.ts';

/** One process's chance: a stream of the world's, its tokens unique in the world. */
export function processRandom(chance: Chance, stream: readonly number[], name: string): Random {
  let drawn = 0;
  return {
    next: () => chance.at(...stream, ++drawn),
    token: () => `${name}-${++drawn}`,
  };
}
