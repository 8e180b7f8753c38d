/** Where a trend gets its data: given from outside, so that the part knows neither the backend nor a view. */
import type { AlarmPeriod } from './alarms';
import type { CountsView } from '../../ipc/gen/CountsView';
import type { EdgesView } from '../../ipc/gen/EdgesView';
import type { PenMarks } from '../../ipc/gen/PenMarks';
import type { StateSpan } from '../../ipc/gen/StateSpan';
import type { Series } from './history';

/** The newest value of a pen, to carry its line to now. `at` in µs. */
export interface Tail {
  at: number;
  value: number;
}

/** All times are µs since the epoch. */
export interface TrendSource {
  /**
   * Buckets of several points, `width` of equal length. `edges`: how exactly they lie where they should (`rough` is there
   * at once, `near` is what a chart needs). `lane`: a newer question in it calls off an older one.
   */
  history(
    points: number[],
    from: number,
    to: number,
    width: number,
    how?: { edges?: EdgesView; lane?: number },
  ): Promise<Series[]>;
  /** Calls off what is asked in a lane. */
  cancel?(lane: number): void;
  /** What counters rose by in `width` stretches of equal length: begin (µs) and rise. */
  counts?(points: number[], from: number, to: number, width: number): Promise<CountsView[]>;
  /** The states of one point as run lengths, the one in force at `from` included. */
  states(point: number, from: number, to: number): Promise<StateSpan[]>;
  /** The value in force at `from`, and where values were not good. */
  marks?(points: number[], from: number, to: number): Promise<PenMarks[]>;
  /** When alarms of these points were active. */
  alarms?(points: number[], from: number, to: number): Promise<AlarmPeriod[]>;
  /** The newest value of a point where it is good, to carry its line on between two questions. */
  tail?(point: number): Tail | undefined;
  /** The oldest sample there is. */
  oldest?(): Promise<number | undefined>;
}
