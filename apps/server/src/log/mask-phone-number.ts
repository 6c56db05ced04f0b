const MASK = '•••';
const SHOWN_END = 2;
const LONGEST_SHOWN_START = 6;
// Fewer hidden characters could be tried through.
const LEAST_HIDDEN = 4;

/** Enough of a phone number to know it again by: `+905551234512` → `+90555•••12`. A short one is hidden as a whole. */
export function maskPhoneNumber(phoneNumber: string): string {
  const characters = Array.from(phoneNumber);
  const start = Math.min(LONGEST_SHOWN_START, characters.length - SHOWN_END - LEAST_HIDDEN);
  if (start < 1) return MASK;
  return `${characters.slice(0, start).join('')}${MASK}${characters.slice(-SHOWN_END).join('')}`;
}
