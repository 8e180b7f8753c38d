/** Where a trend gets its data: given from outside, so that the part knows neither the backend nor a view. */
import type { StateSpan } from '../../ipc/gen/StateSpan';
import type { Tail } from './align';
import type { Series } from './history';

/** All times are µs since the epoch. */
export interface TrendSource {
  /** Buckets of several points, at most `width` a point. */
  history(points: number[], from: number, to: number, width: number): Promise<Series[]>;
  /** The states of one point as run lengths, the one in force at `from` included. */
  states(point: number, from: number, to: number): Promise<StateSpan[]>;
  /** The newest value of a point where it is good, to carry its line on between two questions. */
  tail?(point: number): Tail | undefined;
}
