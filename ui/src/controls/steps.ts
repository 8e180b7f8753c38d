/** The next value of a set point. */

/**
 * One step up or down, onto the grid of steps and within the range. Without a step of its own a hundredth of the range,
 * rounded to 1, 2 or 5 times a power of ten.
 */
export function stepped(
  value: number,
  direction: 1 | -1,
  step: number | null,
  range: readonly [number, number] | null,
): number {
  const by = step && step > 0 ? step : usual(range);
  const origin = range?.[0] ?? 0;
  const next = origin + (Math.round((value - origin) / by) + direction) * by;
  const bounded = range ? Math.min(range[1], Math.max(range[0], next)) : next;
  // 0.1 + 0.2: cut what the binary numbers add.
  return Number(bounded.toPrecision(12));
}

function usual(range: readonly [number, number] | null): number {
  if (!range || !(range[1] > range[0])) return 1;
  const raw = (range[1] - range[0]) / 100;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = raw / power;
  return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
}
