/** A line's states over the shift as bands: a short stop keeps its pixel, because what is not drawn is not asked about. */
import type { MachineState } from '../../ipc/gen/MachineState';
import type { StateStretch } from '../../ipc/gen/StateStretch';

/** A band, in shares of the window (0 to 1). */
export interface StateBand {
  from: number;
  to: number;
  state: MachineState;
}

/** The more telling state wins a pixel that holds several. */
const WEIGHT: Record<MachineState, number> = {
  fault: 7,
  stopped: 6,
  changeover: 5,
  blocked: 4,
  starved: 3,
  unknown: 2,
  off: 1,
  running: 0,
};

/**
 * The bands of `stretches` in `[from, to]` on `px` columns: never more bands than columns, every column the most telling
 * state that fell into it, what no stretch covers unknown.
 */
export function bandsOf(stretches: readonly StateStretch[], from: number, to: number, px: number): StateBand[] {
  const span = to - from;
  const columns = Math.floor(px);
  if (!(span > 0) || columns < 1) return [];
  const worst: (MachineState | undefined)[] = new Array<MachineState | undefined>(columns).fill(undefined);
  for (const stretch of stretches) {
    const a = Math.max(stretch.from, from);
    const b = Math.min(stretch.to, to);
    if (b <= a) continue;
    const first = Math.min(columns - 1, Math.floor(((a - from) / span) * columns));
    const last = Math.min(columns - 1, Math.max(first, Math.ceil(((b - from) / span) * columns) - 1));
    for (let i = first; i <= last; i++) {
      const held = worst[i];
      if (held === undefined || WEIGHT[stretch.state] > WEIGHT[held]) worst[i] = stretch.state;
    }
  }
  const bands: StateBand[] = [];
  worst.forEach((state = 'unknown', i) => {
    const band = bands.at(-1);
    if (band?.state === state) band.to = (i + 1) / columns;
    else bands.push({ from: i / columns, to: (i + 1) / columns, state });
  });
  return bands;
}

/** Which states occur, most telling first: the key below the timeline names these and no others. */
export function statesOf(bands: readonly StateBand[]): MachineState[] {
  return [...new Set(bands.map((band) => band.state))].sort((a, b) => WEIGHT[b] - WEIGHT[a]);
}

/** Full hours (or half or quarter hours in a young shift) to write below the timeline: share and moment, at most nine. */
export function ticksOf(from: number, to: number): { at: number; time: number }[] {
  const minute = 60_000_000;
  const span = to - from;
  if (!(span > 0)) return [];
  const step = [5, 15, 30, 60, 120, 240, 480, 1440].map((m) => m * minute).find((s) => span / s <= 9);
  if (step === undefined) return [];
  // Steps are counted from local midnight, because a shift begins at a local hour.
  const midnight = new Date(from / 1000).setHours(0, 0, 0, 0) * 1000;
  const ticks: { at: number; time: number }[] = [];
  for (let time = midnight + Math.ceil((from - midnight) / step) * step; time <= to; time += step) {
    ticks.push({ at: (time - from) / span, time });
  }
  return ticks;
}
