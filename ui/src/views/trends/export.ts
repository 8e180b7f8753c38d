/** What is written to files: every sample as CSV, what is seen as a picture. */
import { whole } from '../../format/numbers';
import { call, send } from '../../ipc/client';
import { asTrouble } from '../../ipc/trouble';

/** What is said when it is done; none where the person chose no file. */
export interface Outcome {
  text: string;
  failed: boolean;
}

export async function exportCsv(points: number[], from: number, to: number): Promise<Outcome | undefined> {
  try {
    const written = await call('export_csv', { points, from: Math.round(from), to: Math.round(to) });
    if (!written) return undefined;
    const rows = `${whole(written.rows)} ${written.rows === 1 ? 'row' : 'rows'}`;
    return { text: `${rows} written to ${written.path}`, failed: false };
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
