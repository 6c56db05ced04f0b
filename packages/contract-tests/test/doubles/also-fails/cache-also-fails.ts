/** Where the fault of a double rightly fails more cases than the one that it is meant for. */
export const cacheAlsoFails: Readonly<Record<string, readonly string[]>> = {
  'a recall that lengthens a life': [
    'remembers again what has expired',
    'remembers the acks of a repository that it is settled with',
  ],
  'a time to the nearest second': ['remembers a batch and recalls any part of it'],
};
