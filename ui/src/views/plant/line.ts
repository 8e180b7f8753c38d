/** What a line's figures say: its pace, its OEE in parts, its stops, losses and stock, ready to be drawn. */
import type { LineView } from '../../ipc/gen/LineView';
import type { LossView } from '../../ipc/gen/LossView';
import type { MachineView } from '../../ipc/gen/MachineView';
import type { OeeView } from '../../ipc/gen/OeeView';
import type { Priority } from '../../ipc/gen/Priority';
import type { StockView } from '../../ipc/gen/StockView';
import type { StopView } from '../../ipc/gen/StopView';
import { PRIORITIES } from '../../parts/priority';

/** Made against planned. */
export interface Pace {
  made: number;
  target: number | undefined;
  /** Made as a share of the target, 0 to 1; beyond it stays 1. */
  share: number | undefined;
  /** Where the line should be by now, as a share of the target. */
  due: number | undefined;
  /** Pieces ahead of the plan (negative: behind). */
  ahead: number | undefined;
}

/** None where nothing is counted. Without a target there is nothing to be behind of. */
export function paceOf(line: LineView, now: number): Pace | undefined {
  if (line.made === null) return undefined;
  const span = line.shift_to - line.shift_from;
  if (line.target === null || line.target <= 0 || span <= 0) {
    return { made: line.made, target: undefined, share: undefined, due: undefined, ahead: undefined };
  }
  const due = clamp((now - line.shift_from) / span);
  return {
    made: line.made,
    target: line.target,
    share: clamp(line.made / line.target),
    due,
    ahead: Math.round(line.made - line.target * due),
  };
}

/** A part of OEE as a bar. */
export interface OeePart {
  name: 'Availability' | 'Performance' | 'Quality';
  /** As computed; above 1 stays above 1. None: undefined, which is not nought. */
  value: number | null;
  /** Length of the bar, 0 to 1. */
  bar: number;
  /** The ideal rate is wrong. */
  suspect: boolean;
}

export function oeeParts(oee: OeeView): OeePart[] {
  const part = (name: OeePart['name'], value: number | null, suspect = false): OeePart => ({
    name,
    value,
    bar: clamp(value ?? 0),
    suspect,
  });
  return [
    part('Availability', oee.availability),
    part('Performance', oee.performance, oee.performance_suspect),
    part('Quality', oee.quality),
  ];
}

/** What lasts comes first, then the longest; at most `most`. */
export function stopRows<T extends StopView>(stops: readonly T[], most = 200): T[] {
  return [...stops]
    .sort((a, b) => Number(b.to === null) - Number(a.to === null) || b.duration - a.duration || a.from - b.from)
    .slice(0, most);
}

/** A stop's key: lasting over polls, so that rows keep their place in the page. */
export function stopKey(stop: StopView): string {
  return `${stop.device}:${stop.from}`;
}

/** The stops of several lines in one list, each with its line's name. */
export function allStops(lines: readonly LineView[], most: number): (StopView & { line: string })[] {
  const all = lines.flatMap((line) => line.stops.map((stop) => ({ ...stop, line: line.name })));
  return stopRows(all, most);
}

/** A loss with the length of its bar against the longest, and whether it goes on right now as a fault. */
export interface LossRow extends LossView {
  bar: number;
  current: boolean;
}

export function lossRows(losses: readonly LossView[], stops: readonly StopView[], most = 8): LossRow[] {
  const now = new Set(
    stops
      .filter((stop) => stop.to === null && stop.state === 'fault')
      .flatMap((stop) => [stop.machine, stop.reason].filter(Boolean)),
  );
  const longest = Math.max(1, ...losses.map((loss) => loss.duration));
  return [...losses]
    .sort((a, b) => b.duration - a.duration)
    .slice(0, most)
    .map((loss) => ({
      ...loss,
      bar: clamp(loss.duration / longest),
      current: loss.state === 'fault' && now.has(loss.name),
    }));
}

function isLow(item: StockView): boolean {
  return item.level !== null && item.reorder !== null && item.level <= item.reorder;
}

/** A stock level on its bar. */
export interface StockRow extends StockView {
  /** Level and reorder point as shares of what is full; none where that is not known. */
  fill: number | undefined;
  tick: number | undefined;
  low: boolean;
}

export function stockRows(stock: readonly StockView[]): StockRow[] {
  return stock.map((item) => {
    const full = item.capacity !== null && item.capacity > 0 ? item.capacity : undefined;
    const share = (value: number | null) => (full === undefined || value === null ? undefined : clamp(value / full));
    return {
      ...item,
      fill: share(item.level),
      tick: share(item.reorder),
      low: isLow(item),
    };
  });
}

/** Stock of all lines, what runs out first at the top; below its reorder point before all others, unknown cover last. */
export function runsOut(lines: readonly LineView[], most: number): StockView[] {
  return lines
    .flatMap((line) =>
      line.stock.map((item) => (lines.length > 1 ? { ...item, name: `${item.name}, ${line.name}` } : item)),
    )
    .sort(
      (a, b) =>
        Number(isLow(b)) - Number(isLow(a)) || (a.cover ?? Infinity) - (b.cover ?? Infinity) || a.point - b.point,
    )
    .slice(0, most);
}

/** The highest priority that has an active alarm. */
export function worstOf(counts: readonly number[]): Priority | undefined {
  return PRIORITIES.find((_, index) => (counts[index] ?? 0) > 0);
}

/** All active alarms together. */
export function totalOf(counts: readonly number[]): number {
  return counts.reduce((sum, n) => sum + n, 0);
}

/** Lines in the order of their path and name, numbers in names counted as numbers (`Line 2` before `Line 10`). */
export function inOrder(lines: readonly LineView[]): LineView[] {
  const collator = new Intl.Collator(undefined, { numeric: true });
  return [...lines].sort(
    (a, b) => collator.compare(a.path, b.path) || collator.compare(a.name, b.name) || a.place - b.place,
  );
}

/** Columns for `n` machines in `width` pixels: one row where they fit, otherwise rows of equal length. */
export function columnsFor(n: number, width: number, least: number, gap: number): number {
  if (n < 1) return 1;
  const fit = Math.max(1, Math.floor((width + gap) / (least + gap)));
  return Math.ceil(n / Math.ceil(n / fit));
}

/** Every point that the machines of a line show. */
export function pointsOf(machines: readonly MachineView[]): number[] {
  const all = machines.flatMap((m) => [m.value, m.rate]);
  return [...new Set(all.filter((point): point is number => point !== null))];
}

function clamp(share: number): number {
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}
