/** @see sysexits.h of BSD; of signals, what shells make of them */
export const ExitCode = {
  OK: 0,
  /** The command ran, and not everything that it was asked for was done: rows rejected, a message that can't be cancelled, a failed check. */
  REFUSED: 1,
  /** EX_USAGE: the command line. */
  USAGE: 64,
  /** EX_DATAERR: what was given to be stored is not valid. */
  DATA: 65,
  /** EX_NOINPUT: a file that can't be read. */
  NO_INPUT: 66,
  /** EX_UNAVAILABLE: something that is needed can't be had. */
  UNAVAILABLE: 69,
  /** EX_SOFTWARE: an error of our own. */
  SOFTWARE: 70,
  /** EX_CANTCREAT: a file that can't be written. */
  NO_OUTPUT: 73,
  /** EX_NOPERM: the API key. */
  NO_PERMISSION: 77,
  /** EX_CONFIG */
  CONFIG: 78,
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGUSR2: 140,
  SIGTERM: 143,
} as const;
