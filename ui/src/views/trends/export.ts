/** What is written to files: values as CSV or Parquet, what is seen as a picture. */
import { call, send } from '../../ipc/client';
import { asTrouble } from '../../ipc/trouble';

/** What is said when it is done; none where the person chose no file. */
export interface Outcome {
  text: string;
  failed: boolean;
}

export type Format = 'csv' | 'parquet';

/** Asks for a file and begins; the number of the work, none where the person chose no file, or what went wrong. */
export async function exportHistory(
  points: number[],
  from: number,
  to: number,
  format: Format,
  every: number | null,
): Promise<number | Outcome | undefined> {
  try {
    const ends = { from: Math.round(from), to: Math.round(to) };
    return (await call('export_history', { points, ...ends, format, every })) ?? undefined;
  } catch (problem) {
    return { text: asTrouble(problem).message, failed: true };
  }
}

export async function exportPicture(make: () => Promise<ArrayBuffer>): Promise<Outcome | undefined> {
  try {
    const path = await send('export_picture', await make());
    return path === null ? undefined : { text: `The picture was written to ${path}`, failed: false };
  } catch (problem) {
    return { text: asTrouble(problem).message, failed: true };
  }
}
