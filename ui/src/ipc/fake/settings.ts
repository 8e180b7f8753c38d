/** Fake brokers, preferences and the data folder. */
import type { BrokerSettings } from '../gen/BrokerSettings';
import type { BrokerView } from '../gen/BrokerView';
import type { EmbeddedView } from '../gen/EmbeddedView';
import type { Preferences } from '../gen/Preferences';

/** `?theme=dark&units=imperial&welcome` in the address: to look at a state without clicking there. */
const asked = new URLSearchParams(typeof location === 'undefined' ? '' : location.search);

export const preferences: { now: Preferences } = {
  now: {
    theme: (asked.get('theme') as Preferences['theme'] | null) ?? 'system',
    units: (asked.get('units') as Preferences['units'] | null) ?? 'metric',
    autostart: false,
    notifications: true,
    notify_from: 'low',
    sounds: true,
    sounds_from: 'high',
    volume: 60,
    silent_until: null,
    welcomed: !asked.has('welcome'),
    price_per_kwh: 0.32,
    currency: 'EUR',
    person: '',
  },
};

export const embedded: { now: EmbeddedView } = {
  now: { running: true, port: 1883, network: false, username: '', demo: true, error: '' },
};

export const blank: BrokerSettings = {
  name: 'New broker',
  host: 'localhost',
  port: 1883,
  version: '5',
  transport: 'tcp',
  path: '/mqtt',
  tls: { ca_file: null, certificate_file: null, key_file: null, insecure: false },
  username: null,
  client_id: '',
  keep_alive: 30,
  filters: ['#'],
  qos: 'at_least_once',
  session_expiry: 3600,
  enabled: true,
  realm: null,
  sparkplug_host: null,
  birth: false,
  demo: false,
};

export function brokerView(
  id: number,
  settings: BrokerSettings,
  now: number,
  more: Partial<BrokerView> = {},
): BrokerView {
  return {
    id,
    settings,
    has_password: false,
    password_kept: false,
    phase: settings.enabled ? 'connected' : 'disabled',
    fault: 'none',
    error: '',
    since: now - 3600e6,
    retry_at: null,
    messages: 0,
    rate: 0,
    queue: 0,
    queue_limit: 20_000,
    dropped: 0,
    embedded: false,
    ...more,
  };
}

/** `?empty`: no device yet; `?offline`: no broker reached. */
export const empty = asked.has('empty');
export const offline = asked.has('offline');

export function startingBrokers(now: number): BrokerView[] {
  if (empty) return [];
  return [
    brokerView(1, { ...blank, name: 'Broker inside', demo: true }, now, {
      embedded: true,
      messages: 41_200,
      rate: 38.4,
      ...(offline
        ? ({
            phase: 'waiting',
            fault: 'unreachable',
            error: 'The broker inside does not answer.',
            retry_at: now + 9e6,
          } as const)
        : {}),
    }),
    brokerView(2, { ...blank, name: 'Workshop', host: 'workshop.local' }, now, {
      phase: 'waiting',
      fault: 'refused',
      error: 'workshop.local refused the connection on port 1883. Check that the broker runs there.',
      retry_at: now + 12e6,
    }),
  ];
}
