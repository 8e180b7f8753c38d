import { describe, expect, it } from 'vitest';
import type { ExplorerView } from '../../ipc/gen/ExplorerView';
import type { TopicRow } from '../../ipc/gen/TopicRow';
import {
  ancestorsOf,
  hexLines,
  levelOf,
  payloadBytes,
  prettyJson,
  TOP,
  topicFault,
  TopicTree,
  type Line,
} from './tree';

const row = (path: string, part: Partial<TopicRow> = {}): TopicRow => ({
  broker: 1,
  path,
  name: path.split('/').at(-1) ?? '',
  children: 0,
  topics: 1,
  messages: 1,
  rate: 0,
  payload: null,
  format: 'text',
  at: 0,
  retained: false,
  conventions: [],
  ...part,
});
const answer = (paths: string[], part: Partial<TopicRow> = {}, more = 0): ExplorerView => ({
  rows: paths.map((p) => row(p, part)),
  more,
  topics: 0,
  messages: 0,
  dropped: 0,
  truncated: 0,
  untracked: 0,
});
const keys = (lines: Line[]) => lines.map((l) => l.key);

describe('TopicTree', () => {
  it('never moves a row while the pointer is on the list', () => {
    const tree = new TopicTree();
    tree.merge(TOP, answer(['b', 'd']), true);
    tree.merge(TOP, answer(['a', 'b', 'c', 'd', 'e'], { messages: 9 }), true);
    expect(keys(tree.lines())).toEqual(['b', 'd']);
    expect(tree.waiting()).toBe(3);
    const first = tree.lines()[0];
    expect(first?.kind === 'topic' && first.row.messages).toBe(9);
  });

  it('lets new rows in, in order, once the pointer is away or the person asks', () => {
    const tree = new TopicTree();
    tree.merge(TOP, answer(['b', 'd']), false);
    tree.merge(TOP, answer(['a', 'b', 'c', 'd']), true);
    tree.admit();
    expect(keys(tree.lines())).toEqual(['a', 'b', 'c', 'd']);
    tree.merge(TOP, answer(['a', 'b', 'c', 'd', 'e']), false);
    expect(keys(tree.lines())).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(tree.waiting()).toBe(0);
  });

  it('sorts level by level, as the backend does', () => {
    const tree = new TopicTree();
    tree.merge(TOP, answer(['a/b', 'a-b']), true);
    tree.merge(TOP, answer(['a', 'a/b', 'a/b/c', 'a-b', 'b']), false);
    expect(keys(tree.lines())).toEqual(['a', 'a/b', 'a/b/c', 'a-b', 'b']);
  });

  it('keeps a row that an answer left out', () => {
    const tree = new TopicTree();
    tree.merge(TOP, answer(['a', 'b']), false);
    tree.merge(TOP, answer(['b']), false);
    expect(keys(tree.lines())).toEqual(['a', 'b']);
  });

  it('opens a level under its parent and asks only for what can be seen', () => {
    const tree = new TopicTree();
    tree.merge(TOP, answer(['a', 'b'], { children: 2 }), true);
    tree.open('a');
    expect(keys(tree.lines())).toEqual(['a', 'a\u0000loading', 'b']);
    tree.merge('a', answer(['a/x', 'a/y']), true);
    expect(keys(tree.lines())).toEqual(['a', 'a/x', 'a/y', 'b']);
    tree.merge('a', answer(['a/x', 'a/y'], { children: 1 }), true);
    tree.open('a/x');
    expect(tree.opened().map((o) => o.path)).toEqual([TOP, 'a', 'a/x']);
    tree.close('a');
    expect(tree.opened().map((o) => o.path)).toEqual([TOP]);
    expect(keys(tree.lines())).toEqual(['a', 'b']);
  });

  it('says what a limit left out and asks for more of it', () => {
    const tree = new TopicTree();
    tree.merge(TOP, answer(['a'], {}, 7), false);
    expect(tree.lines().at(-1)).toMatchObject({ kind: 'more', more: 7 });
    const before = tree.opened()[0]?.limit ?? 0;
    tree.more(TOP);
    expect(tree.opened()[0]?.limit).toBeGreaterThan(before);
  });

  it('lets rows in at once that "show more" asked for', () => {
    const tree = new TopicTree();
    tree.merge(TOP, answer(['a'], {}, 1), true, 1);
    expect(tree.isLoaded(TOP, 2)).toBe(false);
    tree.merge(TOP, answer(['a', 'b']), true, 2);
    expect(keys(tree.lines())).toEqual(['a', 'b']);
    expect(tree.isLoaded(TOP, 2)).toBe(true);
  });

  it('knows the level of a line and the levels above a topic', () => {
    expect(['a', 'a/b', 'a/b/c', 'a/b\u0000more', 'a\u0000loading'].map(levelOf)).toEqual(['', 'a', 'a/b', 'a/b', 'a']);
    expect(ancestorsOf('a/b/c')).toEqual(['a', 'a/b']);
    expect(ancestorsOf('a')).toEqual([]);
    expect(ancestorsOf('//a/b')).toEqual(['/', '//', '//a']);
    expect(['/', '//', '/a', '/a/b', 'a/'].map(levelOf)).toEqual(['', '/', '/', '/a', 'a']);
  });

  it('opens the empty level of topics that begin with a slash', () => {
    const tree = new TopicTree();
    tree.merge(TOP, { ...answer([]), rows: [{ ...row('/', { children: 1 }), name: '' }, row('a')] }, false);
    tree.open('/');
    tree.merge('/', answer(['/x']), false);
    expect(keys(tree.lines())).toEqual(['/', '/x', 'a']);
  });

  it('does not run in circles at a row with the path of the top', () => {
    const tree = new TopicTree();
    tree.merge(TOP, { ...answer([]), rows: [row('', { children: 3 }), row('a')] }, false);
    expect(keys(tree.lines())).toEqual(['', 'a']);
    expect(tree.opened()).toHaveLength(1);
  });

  it('drops an answer for a level that was closed meanwhile', () => {
    const tree = new TopicTree();
    tree.merge('gone', answer(['gone/x']), false);
    expect(tree.lines()).toEqual([]);
  });
});

describe('payloads', () => {
  it('re-indents JSON without touching digits or the order of keys', () => {
    expect(prettyJson('{"b":1.10,"2":12345678901234567890,"a":["x,{}\\"",{}],"e":[]}')).toBe(
      '{\n  "b": 1.10,\n  "2": 12345678901234567890,\n  "a": [\n    "x,{}\\"",\n    {}\n  ],\n  "e": []\n}',
    );
    expect(prettyJson('{"cut":')).toBeUndefined();
  });

  it('shows bytes as hex with their characters', () => {
    expect(hexLines(payloadBytes('Hi\u0000', false))[0]).toMatch(/^0000 {2}48 69 00 .* Hi\.$/);
    expect([...payloadBytes('de ad BE', true)]).toEqual([0xde, 0xad, 0xbe]);
  });

  it('explains why a topic cannot be published to', () => {
    expect(topicFault('a/b')).toBe('');
    expect(topicFault('a/+')).toContain('subscribing');
    expect(topicFault('')).not.toBe('');
    expect(topicFault('$SYS/x')).not.toBe('');
  });
});
