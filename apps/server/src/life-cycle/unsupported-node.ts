/** The error for a Node below the `major.minor` of a range such as `>=24.15`; null where it is recent enough. */
export function unsupportedNode(version: string, range: string): string | null {
  const [major, minor] = numbersOf(version);
  const [wantedMajor, wantedMinor] = numbersOf(range);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return null;
  return `This needs Node ${wantedMajor}.${wantedMinor} or later, and was started with ${version}. In a clone of the repository, npm start, npm run cli and npx messaging-system use one that is recent enough.`;
}

function numbersOf(text: string): readonly [number, number] {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major), Number(minor)];
}
