/** How a payload can be read, and which way is the best to begin with. */
import type { RawMessage } from '../../ipc/gen/RawMessage';
import { hexLines, payloadBytes, prettyJson } from './tree';

export type Way = 'json' | 'text' | 'hex';

/** The bytes beyond this many are not drawn as hex; how many there are is said. */
export const HEX_LIMIT = 4096;

/** Whether the backend had to send hex, because the bytes are no text. */
export function isHex(raw: RawMessage): boolean {
  return raw.format === 'binary' && /^(?:[0-9a-f]{2}\s?)*$/i.test(raw.payload);
}

/**
 * Ways that make sense, the best first. A bare number is JSON too, but nobody thinks of it as such. A Sparkplug payload
 * comes decoded, so its bytes cannot be shown.
 */
export function ways(raw: RawMessage): Way[] {
  if (raw.format === 'empty') return ['text'];
  if (isHex(raw)) return ['hex'];
  const json: Way[] = /^\s*[{[]/.test(raw.payload) && prettyJson(raw.payload) !== undefined ? ['json'] : [];
  return raw.format === 'sparkplug' ? [...json, 'text'] : [...json, 'text', 'hex'];
}

/** The text that is shown, as nothing but text. */
export function shownAs(raw: RawMessage, way: Way): string {
  if (way === 'json') return prettyJson(raw.payload) ?? raw.payload;
  if (way === 'hex') return hexLines(payloadBytes(raw.payload, isHex(raw)), HEX_LIMIT).join('\n');
  return raw.payload;
}

/** What is left out of what is shown, in one sentence; empty where nothing is. */
export function leftOut(raw: RawMessage, way: Way, whole: (n: number) => string): string {
  const kept = payloadBytes(raw.payload, isHex(raw)).length;
  const drawn = way === 'hex' ? Math.min(kept, HEX_LIMIT) : kept;
  if (!raw.truncated && drawn >= kept) return '';
  return `The first ${whole(drawn)} of ${whole(raw.bytes)} bytes; the rest is left out here, not in what was decoded.`;
}
