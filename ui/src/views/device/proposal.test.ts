import { describe, expect, it } from 'vitest';
import { readProposal, withProposal } from './proposal';

describe('a proposal', () => {
  const read = (text: string) => readProposal(new URLSearchParams(text));

  it('is read from the address; nonsense is none', () => {
    expect(read('limits=hi&deadband=0.51')).toEqual({ kind: 'hi', deadband: 0.51 });
    expect(read('limits=rate&off_delay=10&on_delay=5')).toEqual({ kind: 'rate', off_delay: 10, on_delay: 5 });
    for (const text of ['', 'limits=hi', 'limits=<b>&deadband=1', 'limits=hi&deadband=x', 'limits=hi&on_delay=-4']) {
      expect(read(text)).toBeUndefined();
    }
    expect(read('limits=hi&on_delay=1e9')).toBeUndefined();
  });

  it('changes its condition alone, which is then no default any more', () => {
    const hi = { kind: 'hi', limit: 80, deadband: 0, on_delay: 0, off_delay: 0, default: true } as never;
    const lo = { kind: 'lo', limit: 1, deadband: 0, on_delay: 0, off_delay: 0, default: true } as never;
    const changed = withProposal([hi, lo], { kind: 'hi', off_delay: 10 });
    expect(changed[0]).toMatchObject({ kind: 'hi', limit: 80, off_delay: 10e6, default: false });
    expect(changed[1]).toBe(lo);
  });
});
