/**
 * The opened part of a topic tree. Rows keep their place: a refresh updates the rows that are shown and holds new ones
 * back until they may come in (`admit`), because a row that moves under the pointer gets the wrong click.
 */
import type { ExplorerView } from '../../ipc/gen/ExplorerView';
import type { TopicRow } from '../../ipc/gen/TopicRow';

/** One opened level: the rows shown, and what waits. */
interface Level {
  rows: TopicRow[];
  waiting: TopicRow[];
  more: number;
  limit: number;
  /** How many rows were asked for when the last answer came; 0 before the first. */
  loaded: number;
}

/** A line of the list. `more` lines stand for what the level's limit left out. */
export type Line =
  | { kind: 'topic'; key: string; depth: number; row: TopicRow; open: boolean }
  | { kind: 'more'; key: string; depth: number; parent: string; more: number }
  | { kind: 'loading'; key: string; depth: number };

/** Rows of a level asked for at first, and how many more by each "show more". */
export const LEVEL_LIMIT = 500;

/** The top of the tree. */
export const TOP = '';

/** Whether a row has a level of its own to open. A row with the path of the top would lead in a circle. */
export function canOpen(row: TopicRow): boolean {
  return row.children > 0 && row.path !== TOP;
}

const onlySlashes = (path: string) => /^\/*$/.test(path);

/**
 * The path of the level above. Paths are topics, but for those of nothing but empty levels, which get a slash for each:
 * `/` is the empty level that `/a/b` begins with.
 */
export function parentOf(path: string): string {
  if (onlySlashes(path)) return path.slice(0, -1);
  const at = path.lastIndexOf('/');
  if (at < 0) return TOP;
  const above = path.slice(0, at);
  return onlySlashes(above) ? `${above}/` : above;
}

/** The level that a line stands in, by the line's key. */
export function levelOf(key: string): string {
  const path = key.split('\u0000', 1)[0] ?? TOP;
  // A line that stands for a level (loading, more) belongs to it; a topic to the level above it.
  return path === key ? parentOf(path) : path;
}

/** The levels above a topic, the topmost first, without the top itself. */
export function ancestorsOf(topic: string): string[] {
  const out: string[] = [];
  for (let path = parentOf(topic); path !== TOP; path = parentOf(path)) out.unshift(path);
  return out;
}

/** Sorts paths as the tree does: level by level. */
function orderKey(path: string): string {
  return path.replaceAll('/', '\u0000');
}

export class TopicTree {
  #levels = new Map<string, Level>();

  constructor() {
    this.open(TOP);
  }

  /** Paths whose level is open and reachable through open levels, top first: what a refresh asks for. */
  opened(): { path: string; limit: number }[] {
    const found: { path: string; limit: number }[] = [];
    const walk = (path: string) => {
      const level = this.#levels.get(path);
      if (!level) return;
      found.push({ path, limit: level.limit });
      for (const row of level.rows) if (canOpen(row)) walk(row.path);
    };
    walk(TOP);
    return found;
  }

  isOpen(path: string): boolean {
    return this.#levels.has(path);
  }

  open(path: string): void {
    if (!this.#levels.has(path)) {
      this.#levels.set(path, { rows: [], waiting: [], more: 0, limit: LEVEL_LIMIT, loaded: 0 });
    }
  }

  /** Whether as many rows came as are wanted. */
  isLoaded(path: string, limit: number): boolean {
    return (this.#levels.get(path)?.loaded ?? 0) >= limit;
  }

  close(path: string): void {
    if (path !== TOP) this.#levels.delete(path);
  }

  /** Asks for more rows of a level at the next refresh; those come in at once, for the person asked. */
  more(path: string): void {
    const level = this.#levels.get(path);
    if (level) level.limit += LEVEL_LIMIT;
  }

  /**
   * Takes an answer in. `still` means that the pointer or the keyboard is on the list: then no row moves and new ones
   * wait. A level that is shown for the first time is filled at once, for nothing of it stood there before.
   */
  merge(path: string, answer: ExplorerView, still: boolean, limit = LEVEL_LIMIT): void {
    const level = this.#levels.get(path);
    if (!level) return;
    level.more = answer.more;
    if (level.loaded === 0) {
      level.rows = [...answer.rows];
      level.loaded = limit;
      return;
    }
    const grown = limit > level.loaded;
    level.loaded = limit;
    const fresh = new Map(answer.rows.map((row) => [row.path, row]));
    // A row that the answer left out stays as it was: it was shown, and somebody may be about to click it.
    level.rows = level.rows.map((row) => {
      const update = fresh.get(row.path);
      fresh.delete(row.path);
      return update ?? row;
    });
    level.waiting = [...fresh.values()];
    // Rows that "show more" asked for come in below what is shown.
    if (!still || grown) this.#admit(level);
  }

  /** Topics that wait to be shown. */
  waiting(): number {
    let sum = 0;
    for (const { path } of this.opened()) sum += this.#levels.get(path)?.waiting.length ?? 0;
    return sum;
  }

  /** Lets all waiting rows in, each at its place in the order of the others. */
  admit(): void {
    for (const level of this.#levels.values()) this.#admit(level);
  }

  /** The list as it is drawn. */
  lines(): Line[] {
    const out: Line[] = [];
    const walk = (path: string, depth: number) => {
      const level = this.#levels.get(path);
      if (!level) return;
      if (level.loaded === 0 && path !== TOP) out.push({ kind: 'loading', key: `${path}\u0000loading`, depth });
      for (const row of level.rows) {
        const open = canOpen(row) && this.#levels.has(row.path);
        out.push({ kind: 'topic', key: row.path, depth, row, open });
        if (open) walk(row.path, depth + 1);
      }
      if (level.more > 0) {
        out.push({ kind: 'more', key: `${path}\u0000more`, depth, parent: path, more: level.more });
      }
    };
    walk(TOP, 0);
    return out;
  }

  #admit(level: Level): void {
    if (level.waiting.length === 0) return;
    const waiting = level.waiting.map((row) => ({ row, key: orderKey(row.path) }));
    waiting.sort((a, b) => (a.key < b.key ? -1 : 1));
    const out: TopicRow[] = [];
    let next = 0;
    for (const row of level.rows) {
      const key = orderKey(row.path);
      for (let first = waiting[next]; first && first.key < key; first = waiting[next]) {
        out.push(first.row);
        next++;
      }
      out.push(row);
    }
    level.rows = [...out, ...waiting.slice(next).map((w) => w.row)];
    level.waiting = [];
  }
}

/**
 * A topic and payload as lines of a hex view: offset, sixteen bytes, their characters. `bytes` is hex or text as the
 * backend sent it.
 */
export function hexLines(bytes: Uint8Array, limit = 4096): string[] {
  const out: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, limit); at += 16) {
    const part = bytes.subarray(at, at + 16);
    const hex = [...part].map((b) => b.toString(16).padStart(2, '0')).join(' ');
    const text = [...part].map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
    out.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return out;
}

/** The bytes of a shown payload: text is encoded again, hex is read back. */
export function payloadBytes(payload: string, isHex: boolean): Uint8Array {
  if (!isHex) return new TextEncoder().encode(payload);
  const digits = payload.replace(/[^0-9a-fA-F]/g, '');
  const out = new Uint8Array(digits.length >> 1);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/**
 * JSON with indents; none where it is no JSON (cut payloads are not). The text is re-indented rather than rewritten:
 * numbers keep every digit and keys their order, as the device sent them.
 */
export function prettyJson(payload: string): string | undefined {
  try {
    JSON.parse(payload);
  } catch {
    return undefined;
  }
  const tokens = payload.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let out = '';
  let depth = 0;
  const line = () => '\n' + '  '.repeat(depth);
  tokens.forEach((token, i) => {
    const before = tokens[i - 1];
    if (token === '}' || token === ']') {
      depth--;
      out += before === '{' || before === '[' ? token : line() + token;
      return;
    }
    if (before === '{' || before === '[' || before === ',') out += line();
    out += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') depth++;
  });
  return out;
}

/** Why a topic cannot be published to; empty where it can. */
export function topicFault(topic: string): string {
  if (topic === '') return 'Type a topic.';
  if (/[+#]/.test(topic)) return 'A topic to publish to has no + or # in it: those are for subscribing.';
  if (topic.includes('\u0000')) return 'A topic holds no null character.';
  if (new TextEncoder().encode(topic).length > 65535) return 'This topic is too long: at most 65,535 bytes.';
  if (topic.startsWith('$')) return 'Topics that begin with $ belong to the broker.';
  return '';
}
