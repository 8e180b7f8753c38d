/** What an export writes: every sample, or what values come to in stretches of one length. */

const SECOND = 1_000_000;

/** Lengths in µs; none: every sample. */
export const EVERY: readonly { every: number | null; label: string }[] = [
  { every: null, label: 'Every sample' },
  { every: 60 * SECOND, label: 'Each minute: lowest, highest, mean, last' },
  { every: 900 * SECOND, label: 'Each quarter of an hour: lowest, highest, mean, last' },
  { every: 3600 * SECOND, label: 'Each hour: lowest, highest, mean, last' },
  { every: 86_400 * SECOND, label: 'Each day: lowest, highest, mean, last' },
];
