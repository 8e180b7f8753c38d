/** Kept trends of the made-up host. */
import type { SavedTrend } from '../gen/SavedTrend';
import { TroubleError } from '../trouble';

let kept: SavedTrend[] = [];

export function savedTrends(): SavedTrend[] {
  return [...kept].sort((a, b) => a.name.localeCompare(b.name));
}

export function saveTrend(trend: SavedTrend): number {
  const name = trend.name.trim();
  if (name === '') throw new TroubleError('invalid', 'give the trend a name');
  if (kept.some((k) => k.id !== trend.id && k.name.toLowerCase() === name.toLowerCase())) {
    throw new TroubleError('invalid', `a trend is called "${name}" already; choose another name`);
  }
  const id = trend.id || Math.max(0, ...kept.map((k) => k.id)) + 1;
  kept = [...kept.filter((k) => k.id !== id), { ...trend, id, name }];
  return id;
}

export function removeTrend(id: number): null {
  kept = kept.filter((k) => k.id !== id);
  return null;
}
