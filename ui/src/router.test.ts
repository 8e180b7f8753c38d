import { describe, expect, it } from 'vitest';
import { href, parse } from './router.svelte';

describe('router', () => {
  it('reads what it writes', () => {
    for (const [name, id] of [['home'], ['room', 3], ['plant'], ['line', 12], ['device', 7], ['point', 99]] as const) {
      expect(parse(href(name, id))).toMatchObject({ name, id: id ?? 0 });
    }
    expect(href('trends', { pens: [1, 2] })).toBe('#/trends?pens=1,2');
    expect(parse('#/trends?pens=1,2').query.get('pens')).toBe('1,2');
    expect(href('alarms', { search: 'a b', none: undefined })).toBe('#/alarms?search=a%20b');
  });
  it('goes home from anywhere unknown', () => {
    for (const hash of ['', '#', '#/nowhere', '#/point/', '#/point/-1', '#/point/1x', '#/home/room/1/2']) {
      expect(parse(hash)).toMatchObject({ name: 'home', id: 0 });
    }
  });
});
