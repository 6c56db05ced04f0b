// The default alphabet, and what an escape before a letter adds to it: 3GPP TS 23.038, 6.2.1 and 6.2.1.1.
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENDED = '\f^{}\\[~]|€';

const SIZES = new Map([
  ...Array.from(BASIC, (letter) => [letter, 1] as const),
  ...Array.from(EXTENDED, (letter) => [letter, 2] as const),
]);

// The characters that fit into 140 octets, without and with the six of a concatenation header: 3GPP TS 23.040, 9.2.3.24.1.
const ROOM = { 'GSM-7': { alone: 160, joined: 153 }, 'UCS-2': { alone: 70, joined: 67 } } as const;

export interface SmsSegments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  readonly segments: number;
}

/**
 * In how many parts an operator sends, and charges, a text as SMS: in GSM-7 where its alphabet has every letter, else in UCS-2. An operator
 * that uses the alphabets of single languages may need fewer.
 */
export function smsSegments(content: string): SmsSegments {
  const letters = Array.from(content);
  const encoding = letters.every((letter) => SIZES.has(letter)) ? 'GSM-7' : 'UCS-2';
  const sizes = letters.map((letter) => (encoding === 'GSM-7' ? (SIZES.get(letter) ?? 1) : letter.length));
  const { alone, joined } = ROOM[encoding];
  if (sizes.reduce((sum, size) => sum + size, 0) <= alone) return { encoding, segments: 1 };
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    // Neither an escape and its letter nor a surrogate pair is torn apart.
    if (used + size > joined) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return { encoding, segments };
}
