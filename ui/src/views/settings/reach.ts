/** A channel as its form edits it, its faults, and words for what it does. Pure. */
import { brief } from '../../format/durations';
import { moment } from '../../format/times';
import type { Channel } from '../../ipc/gen/Channel';
import type { ChannelEdit } from '../../ipc/gen/ChannelEdit';
import type { ChannelView } from '../../ipc/gen/ChannelView';
import type { Escalation } from '../../ipc/gen/Escalation';
import type { MailSecurity } from '../../ipc/gen/MailSecurity';
import type { Priority } from '../../ipc/gen/Priority';
import type { Realm } from '../../ipc/gen/Realm';
import type { Target } from '../../ipc/gen/Target';
import type { WebhookAuth } from '../../ipc/gen/WebhookAuth';

export type TargetKind = Target['kind'];

export const KINDS: readonly { kind: TargetKind; name: string; note: string }[] = [
  { kind: 'ntfy', name: 'Phone, by ntfy', note: 'The ntfy app on a phone gets it, with a sound for what is urgent.' },
  { kind: 'mail', name: 'Mail', note: 'By your own mail account.' },
  { kind: 'webhook', name: 'Webhook', note: 'A program gets JSON by HTTP: a chat, a script, a ticket system.' },
  { kind: 'mqtt', name: 'MQTT topic', note: 'JSON on one of your brokers, for other programs.' },
];

export const PRIORITY_OPTIONS: readonly { value: Priority; label: string }[] = [
  { value: 'critical', label: 'critical only' },
  { value: 'high', label: 'high and critical' },
  { value: 'medium', label: 'medium and more urgent' },
  { value: 'low', label: 'low and more urgent' },
  { value: 'diagnostic', label: 'all' },
];

export const MAIL_PORTS: Record<MailSecurity, string> = { tls: '465', start_tls: '587', none: '25' };

/** The form: everything typed is text until it is saved. */
export interface ChannelDraft {
  id: number | null;
  kind: TargetKind;
  name: string;
  enabled: boolean;
  from: Priority;
  realm: Realm | '';
  places: number[];
  /** Separated by commas. */
  classes: string;
  cleared: boolean;
  quiet: boolean;
  onlyEscalated: boolean;
  secret: string;
  secretTouched: boolean;
  caFile: string;
  broker: string;
  topic: string;
  retain: boolean;
  url: string;
  auth: WebhookAuth;
  host: string;
  port: string;
  security: MailSecurity;
  username: string;
  sender: string;
  /** Separated by commas. */
  receivers: string;
  server: string;
}

export function newDraft(kind: TargetKind): ChannelDraft {
  return {
    id: null,
    kind,
    name: '',
    enabled: true,
    from: 'high',
    realm: '',
    places: [],
    classes: '',
    cleared: false,
    // A program does not sleep.
    quiet: kind === 'mail' || kind === 'ntfy',
    onlyEscalated: false,
    secret: '',
    secretTouched: false,
    caFile: '',
    broker: '',
    topic: kind === 'mqtt' ? 'hearthline/alarms' : '',
    retain: false,
    url: '',
    auth: 'none',
    host: '',
    port: MAIL_PORTS.tls,
    security: 'tls',
    username: '',
    sender: '',
    receivers: '',
    server: 'https://ntfy.sh',
  };
}

export function draftOf({ id, settings }: ChannelView): ChannelDraft {
  const { to } = settings;
  const draft: ChannelDraft = {
    ...newDraft(to.kind),
    id,
    name: settings.name,
    enabled: settings.enabled,
    from: settings.from,
    realm: settings.realm ?? '',
    places: [...settings.places],
    classes: settings.classes.join(', '),
    cleared: settings.cleared,
    quiet: settings.quiet,
    onlyEscalated: settings.only_escalated,
  };
  switch (to.kind) {
    case 'mqtt':
      return { ...draft, broker: String(to.broker), topic: to.topic, retain: to.retain };
    case 'webhook':
      return { ...draft, url: to.url, auth: to.auth, caFile: to.ca_file ?? '' };
    case 'ntfy':
      return { ...draft, server: to.server, topic: to.topic, caFile: to.ca_file ?? '' };
    case 'mail':
      return {
        ...draft,
        host: to.host,
        port: String(to.port),
        security: to.security,
        username: to.username ?? '',
        sender: to.from,
        receivers: to.to.join(', '),
        caFile: to.ca_file ?? '',
      };
  }
}

/** Another encryption; the port follows as long as it is the usual one of before. */
export function withSecurity(draft: ChannelDraft, security: MailSecurity): ChannelDraft {
  const usual = draft.port.trim() === '' || draft.port.trim() === MAIL_PORTS[draft.security];
  return { ...draft, security, port: usual ? MAIL_PORTS[security] : draft.port };
}

/** The address without blanks at its ends, `https://` before a bare name. */
function address(text: string): string {
  const typed = text.trim();
  return typed === '' || /^[a-z]+:\/\//i.test(typed) ? typed : `https://${typed}`;
}

function list(text: string): string[] {
  return [...new Set(text.split(/[,;\n]/).map((part) => part.trim()))].filter(Boolean);
}

function addressFault(text: string): string {
  const typed = address(text);
  if (!/^https?:\/\/[^\s/?#@]+([/?#]\S*)?$/i.test(typed)) return 'An address such as https://example.org/alarms.';
  return '';
}

function isMail(text: string): boolean {
  return /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(text.trim());
}

export type Faults = Partial<Record<keyof ChannelDraft, string>>;

/** What is wrong, by field; an empty object where it can be saved. `known`: a secret is known already. */
export function faults(draft: ChannelDraft, known: boolean): Faults {
  const found: Faults = {};
  if (draft.name.trim() === '') found.name = 'Give it a name, such as My phone or Night shift.';
  const missing = draft.secretTouched ? draft.secret === '' : !known;
  switch (draft.kind) {
    case 'mqtt':
      if (draft.broker === '') found.broker = 'Choose the broker.';
      if (draft.topic.trim() === '' || /[+#]/.test(draft.topic)) found.topic = 'A topic without + and #.';
      else if (draft.topic.startsWith('$')) found.topic = 'Topics that begin with $ are the broker’s own.';
      break;
    case 'webhook':
      if (addressFault(draft.url)) found.url = addressFault(draft.url);
      if (draft.auth !== 'none' && missing) found.secret = 'Type the secret.';
      break;
    case 'ntfy':
      if (addressFault(draft.server)) found.server = addressFault(draft.server);
      if (!/^[\w-]{1,64}$/.test(draft.topic.trim())) found.topic = 'Letters, digits, - and _; at most 64.';
      break;
    case 'mail': {
      if (draft.host.trim() === '' || /[\s/@]/.test(draft.host.trim())) found.host = 'Such as mail.example.org.';
      const port = Number(draft.port.trim());
      if (!/^\d+$/.test(draft.port.trim()) || port < 1 || port > 65535) found.port = 'From 1 to 65535.';
      if (!isMail(draft.sender)) found.sender = 'Such as home@example.org.';
      const receivers = list(draft.receivers);
      if (receivers.length === 0 || receivers.length > 20) found.receivers = 'One to 20 mail addresses.';
      else if (!receivers.every(isMail)) found.receivers = `${receivers.find((it) => !isMail(it))} is no mail address.`;
      if (draft.username.trim() !== '' && missing) found.secret = 'Type the password of this user.';
    }
  }
  return found;
}

function target(draft: ChannelDraft): Target {
  const ca_file = draft.caFile.trim() === '' ? null : draft.caFile.trim();
  switch (draft.kind) {
    case 'mqtt':
      return { kind: 'mqtt', broker: Number(draft.broker), topic: draft.topic.trim(), retain: draft.retain };
    case 'webhook':
      return { kind: 'webhook', url: address(draft.url), auth: draft.auth, ca_file };
    case 'ntfy':
      return { kind: 'ntfy', server: address(draft.server), topic: draft.topic.trim(), ca_file };
    case 'mail':
      return {
        kind: 'mail',
        host: draft.host.trim(),
        port: Number(draft.port),
        security: draft.security,
        username: draft.username.trim() === '' ? null : draft.username.trim(),
        from: draft.sender.trim(),
        to: list(draft.receivers),
        ca_file,
      };
  }
}

/** What goes to the shell; call it only without faults. */
export function editOf(draft: ChannelDraft): ChannelEdit {
  const settings: Channel = {
    name: draft.name.trim(),
    enabled: draft.enabled,
    to: target(draft),
    from: draft.from,
    realm: draft.realm === '' ? null : draft.realm,
    places: draft.places,
    classes: list(draft.classes),
    cleared: draft.cleared,
    quiet: draft.quiet,
    only_escalated: draft.onlyEscalated,
  };
  return { id: draft.id, settings, secret: draft.secretTouched ? draft.secret : null };
}

/** Where a channel leads, in a line. */
export function whereTo(to: Target, brokerName: (id: number) => string): string {
  switch (to.kind) {
    case 'mqtt':
      return `${to.topic} on ${brokerName(to.broker)}${to.retain ? ', kept by the broker' : ''}`;
    case 'webhook':
      return to.url;
    case 'ntfy':
      return `${to.topic} on ${to.server.replace(/^https?:\/\//, '')}`;
    case 'mail':
      return `${to.to.join(', ')} by ${to.host}`;
  }
}

/** Which alarms a channel takes, in a line. */
export function whatOf(channel: Channel, placeName: (id: number) => string): string {
  const parts = [PRIORITY_OPTIONS.find(({ value }) => value === channel.from)?.label ?? channel.from];
  if (channel.realm) parts.push(channel.realm === 'home' ? 'of the home' : 'of the plant');
  if (channel.places.length) parts.push(`in ${channel.places.map(placeName).filter(Boolean).join(', ')}`);
  if (channel.classes.length) parts.push(`of class ${channel.classes.join(', ')}`);
  if (channel.cleared) parts.push('also when over');
  if (channel.quiet) parts.push('keeps the quiet hours');
  return `${channel.only_escalated ? 'Only when nobody acknowledges' : 'Alarms'}: ${parts.join(', ')}`;
}

/** How a channel is: shape and word, never the colour alone. */
export function stateOf(channel: ChannelView, now: number): { shape: string; word: string } {
  if (!channel.settings.enabled) return { shape: '–', word: 'switched off' };
  if (channel.error) {
    const left = (channel.retry_at ?? 0) - now;
    return { shape: '▲', word: left > 1e6 ? `failed, tries again in ${brief(left)}` : 'failed, tries again' };
  }
  if (channel.sending) return { shape: '◐', word: 'sending' };
  if (channel.quiet && channel.held > 0) return { shape: '○', word: `quiet, ${channel.held} for the morning` };
  if (channel.quiet) return { shape: '○', word: 'quiet' };
  if (channel.waiting > 0) return { shape: '◐', word: `${channel.waiting} about to go out` };
  return { shape: '●', word: channel.sent_at ? `last sent ${moment(channel.sent_at, now)}` : 'ready' };
}

/** `22:00` as minutes after midnight; undefined where it is none. */
export function minutesOf(text: string): number | undefined {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!parts) return undefined;
  const [hour, minute] = [Number(parts[1]), Number(parts[2])];
  return hour < 24 && minute < 60 ? hour * 60 + minute : undefined;
}

/** Minutes after midnight as `22:00`. */
export function clockOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** What the escalation comes to, in a sentence. */
export function escalationWords(rules: Escalation, name: (id: number) => string): string {
  if (rules.steps.length === 0) return 'No step yet: add one that says whom an alarm reaches next.';
  const steps = rules.steps.map(
    ({ after, channels }) => `after ${after} min ${channels.map(name).filter(Boolean).join(' and ') || 'nobody'}`,
  );
  const again = rules.repeat ? `, then every ${rules.repeat} min again, at most ${rules.most} times` : '';
  return `Not acknowledged: ${steps.join(', ')}${again}.`;
}
