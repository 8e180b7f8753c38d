import { describe, expect, it } from 'vitest';
import type { EmbeddedView } from '../../ipc/gen/EmbeddedView';
import { accessEdit, accessFaults, accessOf, switched } from './access';

const VIEW: EmbeddedView = { running: true, port: 1884, network: false, username: '', demo: true, error: '' };

describe('access to the broker inside', () => {
  it('is free on this machine and needs user and password on the network', () => {
    expect(accessFaults(accessOf(VIEW), false)).toEqual({});
    const open = { ...accessOf(VIEW), network: true };
    expect(Object.keys(accessFaults(open, false)).sort()).toEqual(['password', 'username']);
    expect(accessFaults({ ...open, username: 'me', password: 'longenough' }, false)).toEqual({});
    expect(accessFaults({ ...open, username: 'me', password: 'short' }, true).password).toContain('8');
  });

  it('keeps a password that was given before', () => {
    const open = { ...accessOf(VIEW), network: true, username: 'me' };
    expect(accessFaults(open, true)).toEqual({});
    expect(accessEdit(open, true, false).password).toBeNull();
  });

  it('takes a free port on this machine only', () => {
    expect(accessFaults({ ...accessOf(VIEW), port: '0' }, false)).toEqual({});
    expect(
      accessFaults({ ...accessOf(VIEW), network: true, username: 'a', password: 'longenough', port: '0' }, false).port,
    ).toBeTruthy();
    expect(accessFaults({ ...accessOf(VIEW), port: '70000' }, false).port).toBeTruthy();
  });

  it('changes nothing else when the demo or the broker is switched', () => {
    expect(switched(VIEW, { demo: false })).toEqual({
      running: true,
      demo: false,
      network: false,
      port: 1884,
      username: '',
      password: null,
    });
  });
});
