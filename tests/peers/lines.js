// How a test and its peer talk: a line of JSON each way. The peer ends with its input, so that none outlives its test.

import { createInterface } from 'node:readline';

/** Tells the test: `{"what": …}` and what belongs to it. */
export function tell(what, more = {}) {
  process.stdout.write(`${JSON.stringify({ what, ...more })}\n`);
}

/** Does what the test says: a function for each word that it may say, given the rest of its line. */
export function obey(words) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const { do: word, ...rest } = JSON.parse(line);
    words[word](rest);
  });
  lines.on('close', () => process.exit(0));
}
