/** Where a trend gets its data: given from outside, so that the part knows neither the backend nor a view. */
import type { AlarmPeriod } from './alarms';
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
  /** Buckets of several points, `width` of equal length. */
  history(points: number[], from: number, to: number, width: number): Promise<Series[]>;
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
