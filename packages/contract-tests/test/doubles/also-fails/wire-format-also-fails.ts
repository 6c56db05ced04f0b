/** Where the fault of a double rightly fails more cases than the one that it is meant for. */
export const wireFormatAlsoFails: Readonly<Record<string, readonly string[]>> = {
  'a body with the id in it': ['carries texts of any script as they are'],
  'a timestamp in milliseconds': [
    'signs id, timestamp and body with each of its secrets, and not at all without one',
  ],
};
