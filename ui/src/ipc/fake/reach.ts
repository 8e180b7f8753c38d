/** Made-up ways to people: one that works, one that is refused, one that is told only when nobody acknowledges. */
import type { Commands } from '../commands';
import type { Channel } from '../gen/Channel';
import type { ChannelView } from '../gen/ChannelView';
import type { ReachRules } from '../gen/ReachRules';
import { TroubleError } from '../trouble';
import type { World } from './world';

const PLAIN: Omit<Channel, 'name' | 'to'> = {
  enabled: true,
  from: 'high',
  realm: null,
  places: [],
  classes: [],
  cleared: false,
  quiet: true,
  only_escalated: false,
};

function view(id: number, settings: Channel, more: Partial<ChannelView> = {}): ChannelView {
  return {
    id,
    settings,
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
  };
}

let rules: ReachRules = {
  quiet: { enabled: true, hours: { days: 127, from: 22 * 60, to: 7 * 60 } },
  escalation: {
    enabled: true,
    from: 'high',
    steps: [{ after: 10, channels: [3] }],
    repeat: 30,
    most: 5,
  },
};

export function quietNow(): boolean {
  return false;
}

type Answers = Pick<
  { [K in keyof Commands]: (args: Commands[K][0]) => Commands[K][1] },
  'reach' | 'save_channel' | 'remove_channel' | 'enable_channel' | 'test_channel' | 'save_reach_rules'
>;

export function reachAnswers(world: World): Answers {
  let channels = [
    view(
      1,
      { ...PLAIN, name: 'My phone', to: { kind: 'ntfy', server: 'https://ntfy.sh', topic: 'h-7Qx2', ca_file: null } },
      { sent: 12, alarms: 31, sent_at: world.now() - 840e6 },
    ),
    view(
      2,
      {
        ...PLAIN,
        name: 'Family',
        from: 'medium',
        realm: 'home',
        to: {
          kind: 'mail',
          host: 'mail.example.org',
          port: 465,
          security: 'tls',
          username: 'home@example.org',
          from: 'home@example.org',
          to: ['ada@example.org', 'grace@example.org'],
          ca_file: null,
        },
      },
      {
        has_secret: true,
        error:
          'mail.example.org is there, but nothing listens on port 465. Check the port: 465 is usual with TLS, 587 with STARTTLS.',
        retry_at: world.now() + 80e6,
        failed: 3,
        waiting: 2,
      },
    ),
    view(3, {
      ...PLAIN,
      name: 'Shift leader',
      realm: 'plant',
      only_escalated: true,
      quiet: false,
      to: { kind: 'webhook', url: 'https://chat.example.org/hooks/line2', auth: 'none', ca_file: null },
    }),
  ];
  return {
    reach: () => ({ channels, rules }),
    save_channel: ({ edit }) => {
      const id = edit.id ?? Math.max(0, ...channels.map((c) => c.id)) + 1;
      const known = channels.find((c) => c.id === id);
      const made = view(id, edit.settings, {
        has_secret: edit.secret === null ? (known?.has_secret ?? false) : edit.secret !== '',
      });
      channels = known ? channels.map((c) => (c.id === id ? made : c)) : [...channels, made];
      return id;
    },
    remove_channel: ({ channel }) => {
      channels = channels.filter((c) => c.id !== channel);
      return null;
    },
    enable_channel: ({ channel, enabled }) => {
      channels = channels.map((c) => (c.id === channel ? { ...c, settings: { ...c.settings, enabled } } : c));
      return null;
    },
    test_channel: ({ edit }) =>
      edit.settings.to.kind === 'ntfy'
        ? { delivered: true, text: 'Delivered: the server took it.' }
        : { delivered: false, text: 'It is there, but nothing listens on this port. Check the address.' },
    save_reach_rules: ({ rules: next }) => {
      if (next.escalation.enabled && next.escalation.steps.length === 0) {
        throw new TroubleError('invalid', 'add a step that says whom an alarm reaches next');
      }
      rules = next;
      return null;
    },
  };
}
