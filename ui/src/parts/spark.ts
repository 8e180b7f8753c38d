/** The path of a sparkline. */

export interface SparkBox {
  width: number;
  height: number;
  from?: number | undefined;
  to?: number | undefined;
  /** A pause longer than this cuts the line. */
  gap: number;
}

/** SVG path data; empty where fewer than two numbers are in it. Room of 2 px is left for the stroke. */
export function sparkPath(time: ArrayLike<number>, value: ArrayLike<number>, box: SparkBox): string {
  const n = Math.min(time.length, value.length);
  let low = Infinity;
  let high = -Infinity;
  let count = 0;
  for (let i = 0; i < n; i++) {
    const v = value[i] as number;
    if (!Number.isFinite(v)) continue;
    low = Math.min(low, v);
    high = Math.max(high, v);
    count++;
  }
  if (count < 2) return '';
  const from = box.from ?? (time[0] as number);
  const to = box.to ?? (time[n - 1] as number);
  const span = to - from;
  if (!(span > 0)) return '';
  const flat = high === low;
  const y = (v: number) => (flat ? box.height / 2 : 2 + (1 - (v - low) / (high - low)) * (box.height - 4));
  let path = '';
  let last = -Infinity;
  for (let i = 0; i < n; i++) {
    const v = value[i] as number;
    const t = time[i] as number;
    if (!Number.isFinite(v) || t < from || t > to) continue;
    const x = ((t - from) / span) * box.width;
    path += `${path === '' || t - last > box.gap ? 'M' : 'L'}${x.toFixed(1)} ${y(v).toFixed(1)}`;
    last = t;
  }
  return path;
}
