import { describe, expect, it } from 'vitest';
import type { RawMessage } from '../../ipc/gen/RawMessage';
import { leftOut, shownAs, ways } from './show';

const raw = (part: Partial<RawMessage>): RawMessage => ({
  topic: 'a',
  payload: '',
  format: 'text',
  bytes: 0,
  truncated: false,
  retain: false,
  qos: 0,
  at: 0,
  ...part,
});

describe('how a payload is shown', () => {
  it('prefers JSON, but cut JSON is text', () => {
    expect(ways(raw({ format: 'json', payload: '{"a":1}' }))).toEqual(['json', 'text', 'hex']);
    expect(ways(raw({ format: 'json', payload: '{"a":', truncated: true }))).toEqual(['text', 'hex']);
    expect(ways(raw({ format: 'binary', payload: '08 01' }))).toEqual(['hex']);
    expect(ways(raw({ format: 'sparkplug', payload: '{"seq":1}' }))).toEqual(['json', 'text']);
    expect(ways(raw({ payload: '21.5' }))).toEqual(['text', 'hex']);
    expect(ways(raw({ format: 'empty' }))).toEqual(['text']);
  });

  it('keeps markup as the text it is', () => {
    expect(shownAs(raw({ payload: '<img onerror=x>' }), 'text')).toBe('<img onerror=x>');
    expect(shownAs(raw({ payload: '0a', format: 'binary' }), 'hex')).toMatch(/^0000 {2}0a /);
  });

  it('says what is left out', () => {
    const say = (n: number) => String(n);
    expect(leftOut(raw({ payload: 'abc', bytes: 3 }), 'text', say)).toBe('');
    expect(leftOut(raw({ payload: 'abc', bytes: 9, truncated: true }), 'text', say)).toContain('first 3 of 9 bytes');
    const long = raw({ payload: 'x'.repeat(5000), bytes: 5000 });
    expect(leftOut(long, 'text', say)).toBe('');
    expect(leftOut(long, 'hex', say)).toContain('first 4096 of 5000 bytes');
  });
});
