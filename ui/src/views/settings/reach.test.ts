import { describe, expect, it } from 'vitest';
import type { ChannelView } from '../../ipc/gen/ChannelView';
import {
  clockOf,
  draftOf,
  editOf,
  escalationWords,
  faults,
  minutesOf,
  newDraft,
  stateOf,
  whatOf,
  withSecurity,
  type ChannelDraft,
} from './reach';

const view = (draft: ChannelDraft, more: Partial<ChannelView> = {}): ChannelView => ({
  id: 7,
  settings: editOf(draft).settings,
  has_secret: false,
  secret_kept: false,
  sending: false,
  quiet: false,
  error: '',
  retry_at: null,
  waiting: 0,
  held: 0,
  sent: 0,
  alarms: 0,
  failed: 0,
  dropped: 0,
  sent_at: null,
  ...more,
});

const mail: ChannelDraft = {
  ...newDraft('mail'),
  name: ' Family ',
  host: 'mail.example.org',
  sender: 'home@example.org',
  receivers: 'ada@example.org; grace@example.org,ada@example.org',
  username: 'home',
  secret: 'x',
  secretTouched: true,
  classes: 'smoke, ,gas',
};

describe('the form of a channel', () => {
  it('says what is missing for each kind', () => {
    expect(Object.keys(faults(newDraft('ntfy'), false))).toEqual(['name', 'topic']);
    expect(Object.keys(faults(newDraft('mqtt'), false))).toEqual(['name', 'broker']);
    expect(Object.keys(faults(newDraft('webhook'), false))).toEqual(['name', 'url']);
    expect(Object.keys(faults(newDraft('mail'), false))).toEqual(['name', 'host', 'sender', 'receivers']);
    expect(faults(mail, false)).toEqual({});
    expect(faults({ ...mail, receivers: 'ada' }, false).receivers).toContain('ada is no mail address');
    expect(faults({ ...mail, secretTouched: false, secret: '' }, false).secret).toBeTruthy();
    expect(faults({ ...mail, secretTouched: false, secret: '' }, true)).toEqual({});
    expect(faults({ ...mail, secretTouched: true, secret: '' }, true).secret).toBeTruthy();
  });

  it('makes the settings of it and comes back from them', () => {
    const edit = editOf(mail);
    expect(edit).toMatchObject({ id: null, secret: 'x' });
    expect(edit.settings).toMatchObject({ name: 'Family', classes: ['smoke', 'gas'], quiet: true, realm: null });
    expect(edit.settings.to).toEqual({
      kind: 'mail',
      host: 'mail.example.org',
      port: 465,
      security: 'tls',
      username: 'home',
      from: 'home@example.org',
      to: ['ada@example.org', 'grace@example.org'],
      ca_file: null,
    });
    for (const draft of [
      mail,
      { ...newDraft('ntfy'), topic: 'x', server: 'ntfy.home' },
      { ...newDraft('mqtt'), broker: '2', retain: true },
      { ...newDraft('webhook'), url: 'http://10.0.0.2:8000/a', auth: 'bearer' as const },
    ]) {
      const kept = view(draft);
      expect(editOf(draftOf(kept))).toEqual({ id: 7, settings: kept.settings, secret: null });
    }
    expect(editOf({ ...newDraft('ntfy'), topic: 'x', server: 'ntfy.home' }).settings.to).toMatchObject({
      server: 'https://ntfy.home',
    });
  });

  it('takes the usual port along with the encryption', () => {
    expect(withSecurity(mail, 'start_tls').port).toBe('587');
    expect(withSecurity({ ...mail, port: '2525' }, 'start_tls').port).toBe('2525');
  });
});

describe('what is said of a channel', () => {
  it('is a shape and a word for each state', () => {
    const state = (more: Partial<ChannelView>) => stateOf(view(mail, more), 0).word;
    expect(state({})).toBe('ready');
    expect(state({ error: 'no', retry_at: 90e6 })).toBe('failed, tries again in 1 min');
    expect(state({ quiet: true, held: 2, waiting: 2 })).toBe('quiet, 2 for the morning');
    expect(state({ waiting: 2 })).toContain('2 about to go out');
    expect(stateOf(view({ ...mail, enabled: false }), 0).word).toBe('switched off');
  });

  it('names what it takes', () => {
    const settings = { ...editOf(mail).settings, places: [3], realm: 'home' as const, cleared: true };
    expect(whatOf(settings, () => 'Cellar')).toBe(
      'Alarms: high and critical, of the home, in Cellar, of class smoke, gas, also when over, keeps the quiet hours',
    );
  });

  it('puts an escalation into a sentence', () => {
    const rules = {
      enabled: true,
      from: 'high' as const,
      steps: [{ after: 10, channels: [1, 2] }],
      repeat: 30,
      most: 5,
    };
    expect(escalationWords(rules, (id) => ['', 'Phone', 'Mail'][id] ?? '')).toBe(
      'Not acknowledged: after 10 min Phone and Mail, then every 30 min again, at most 5 times.',
    );
    expect(escalationWords({ ...rules, steps: [] }, () => '')).toContain('No step yet');
  });

  it('reads and writes times of the day', () => {
    expect([minutesOf('22:00'), minutesOf('7:05'), minutesOf('24:00'), minutesOf('x')]).toEqual([
      1320,
      425,
      undefined,
      undefined,
    ]);
    expect(clockOf(425)).toBe('07:05');
  });
});
