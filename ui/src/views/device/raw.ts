/** How a raw message reads. */
import type { RawMessage } from '../../ipc/gen/RawMessage';

/** JSON with indents where it is whole; everything else as it came. */
export function pretty(message: Pick<RawMessage, 'payload' | 'format' | 'truncated'>): string {
  if (message.format === 'empty' || message.payload === '') return '(empty)';
  if (message.format !== 'json' || message.truncated) return message.payload;
  try {
    // Numbers beyond 2⁵³ would change by being read; then the payload stays as it came.
    if (/\d{16,}/.test(message.payload)) return message.payload;
    return JSON.stringify(JSON.parse(message.payload), null, 2);
  } catch {
    return message.payload;
  }
}
