/** A broker as its form edits it: text fields and their faults, words for what the connection does. */
import type { BrokerEdit } from '../../ipc/gen/BrokerEdit';
import type { BrokerSettings } from '../../ipc/gen/BrokerSettings';
import type { BrokerView } from '../../ipc/gen/BrokerView';
import type { Fault } from '../../ipc/gen/Fault';
import type { Phase } from '../../ipc/gen/Phase';
import type { Realm } from '../../ipc/gen/Realm';
import type { Transport } from '../../ipc/gen/Transport';

export const PORTS: Record<Transport, number> = { tcp: 1883, tls: 8883, ws: 80, wss: 443 };

export const TRANSPORT_WORDS: Record<Transport, string> = {
  tcp: 'TCP, not encrypted',
  tls: 'TLS',
  ws: 'WebSocket, not encrypted',
  wss: 'WebSocket over TLS',
};

export function encrypted(transport: Transport): boolean {
  return transport === 'tls' || transport === 'wss';
}

/** The form: everything typed is text until it is saved. */
export interface BrokerDraft {
  id: number | null;
  name: string;
  host: string;
  port: string;
  version: BrokerSettings['version'];
  transport: Transport;
  path: string;
  caFile: string;
  certificateFile: string;
  keyFile: string;
  insecure: boolean;
  username: string;
  /** What was typed; empty and `passwordTouched` false: leave it as it is. */
  password: string;
  passwordTouched: boolean;
  clientId: string;
  keepAlive: string;
  /** One topic filter a line. */
  filters: string;
  qos: BrokerSettings['qos'];
  sessionExpiry: string;
  enabled: boolean;
  realm: Realm | '';
  sparkplugHost: string;
  birth: boolean;
  /** Not edited here, handed through. */
  demo: boolean;
}

export function newDraft(): BrokerDraft {
  return {
    id: null,
    name: '',
    host: '',
    port: String(PORTS.tcp),
    version: '5',
    transport: 'tcp',
    path: '/mqtt',
    caFile: '',
    certificateFile: '',
    keyFile: '',
    insecure: false,
    username: '',
    password: '',
    passwordTouched: false,
    clientId: '',
    keepAlive: '30',
    filters: '#',
    qos: 'at_least_once',
    sessionExpiry: '604800',
    enabled: true,
    realm: '',
    sparkplugHost: '',
    birth: true,
    demo: false,
  };
}

export function draftOf(broker: BrokerView): BrokerDraft {
  const s = broker.settings;
  return {
    id: broker.id,
    name: s.name,
    host: s.host,
    port: String(s.port),
    version: s.version,
    transport: s.transport,
    path: s.path,
    caFile: s.tls.ca_file ?? '',
    certificateFile: s.tls.certificate_file ?? '',
    keyFile: s.tls.key_file ?? '',
    insecure: s.tls.insecure,
    username: s.username ?? '',
    password: '',
    passwordTouched: false,
    clientId: s.client_id,
    keepAlive: String(s.keep_alive),
    filters: s.filters.join('\n'),
    qos: s.qos,
    sessionExpiry: String(s.session_expiry),
    enabled: s.enabled,
    realm: s.realm ?? '',
    sparkplugHost: s.sparkplug_host ?? '',
    birth: s.birth,
    demo: s.demo,
  };
}

/** Another way of travelling; the port follows as long as it is the usual one of the way before. */
export function withTransport(draft: BrokerDraft, transport: Transport): BrokerDraft {
  const usual = draft.port.trim() === '' || draft.port.trim() === String(PORTS[draft.transport]);
  return { ...draft, transport, port: usual ? String(PORTS[transport]) : draft.port };
}

/**
 * Takes a pasted address apart: `mqtts://broker.example:8884/ws` fills host, port, transport and path. Text that is no
 * such address stays what it is.
 */
export function withHost(draft: BrokerDraft, typed: string): BrokerDraft {
  const text = typed.trim();
  const schemes: Record<string, Transport> = {
    mqtt: 'tcp',
    tcp: 'tcp',
    mqtts: 'tls',
    ssl: 'tls',
    tls: 'tls',
    ws: 'ws',
    wss: 'wss',
  };
  const parts = /^([a-z]+):\/\/(\[[0-9a-f:.]+\]|[^/:\s@]+)(?::(\d{1,5}))?(\/\S*)?$/i.exec(text);
  const transport = parts?.[1] ? schemes[parts[1].toLowerCase()] : undefined;
  if (!parts || !transport) {
    const plain = /^([^/:\s@]+):(\d{1,5})$/.exec(text);
    return plain ? { ...draft, host: plain[1] ?? '', port: plain[2] ?? draft.port } : { ...draft, host: text };
  }
  const web = transport === 'ws' || transport === 'wss';
  return {
    ...draft,
    transport,
    host: (parts[2] ?? '').replace(/^\[|\]$/g, ''),
    port: parts[3] ?? String(PORTS[transport]),
    path: web ? (parts[4] ?? '/mqtt') : draft.path,
  };
}

export function filterLines(text: string): string[] {
  return [...new Set(text.split(/\r?\n/).map((line) => line.trim()))].filter(Boolean);
}

/** Why a filter cannot be subscribed to; empty where it can. */
export function filterFault(filter: string): string {
  const levels = filter.split('/');
  for (const [i, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || i !== levels.length - 1)) {
      return `${filter}: # stands alone and last, as in home/#.`;
    }
    if (level.includes('+') && level !== '+') return `${filter}: + stands alone between slashes, as in home/+/state.`;
  }
  if (filter.includes('\u0000')) return 'A topic filter holds no null character.';
  if (new TextEncoder().encode(filter).length > 65535) return 'A topic filter has at most 65,535 bytes.';
  return '';
}

function number(text: string, least: number, most: number): number | undefined {
  if (!/^\d+$/.test(text.trim())) return undefined;
  const value = Number(text.trim());
  return value >= least && value <= most ? value : undefined;
}

/** What is wrong, by field; an empty object where it can be saved. */
export type Faults = Partial<Record<keyof BrokerDraft, string>>;

export function faults(draft: BrokerDraft): Faults {
  const found: Faults = {};
  if (draft.name.trim() === '') found.name = 'Give it a name, such as Home or Hall 2.';
  if (draft.host.trim() === '') found.host = 'Type the host name or address of the broker.';
  else if (/[\s/]/.test(draft.host.trim())) found.host = 'A host name has no spaces and no slashes.';
  if (number(draft.port, 1, 65535) === undefined) found.port = 'A port is a number from 1 to 65535.';
  if (number(draft.keepAlive, 5, 65535) === undefined) found.keepAlive = 'Seconds, from 5 to 65535.';
  if (number(draft.sessionExpiry, 0, 4294967295) === undefined) {
    found.sessionExpiry = 'Seconds, from 0 to 4294967295.';
  }
  const filters = filterLines(draft.filters);
  const bad = filters.map(filterFault).find(Boolean);
  if (filters.length === 0) found.filters = 'Subscribe to at least one filter; # takes everything.';
  else if (bad) found.filters = bad;
  if (encrypted(draft.transport)) {
    if (draft.keyFile.trim() !== '' && draft.certificateFile.trim() === '') {
      found.certificateFile = 'A client key needs its certificate.';
    }
    if (draft.certificateFile.trim() !== '' && draft.keyFile.trim() === '') {
      found.keyFile = 'A client certificate needs its key.';
    }
  }
  if (/[+#/]/.test(draft.sparkplugHost)) found.sparkplugHost = 'A host id has no +, # or / in it.';
  return found;
}

/** What goes to the shell; call it only without faults. */
export function editOf(draft: BrokerDraft): BrokerEdit {
  const text = (value: string) => (value.trim() === '' ? null : value.trim());
  const tls = encrypted(draft.transport);
  return {
    id: draft.id,
    settings: {
      name: draft.name.trim(),
      host: draft.host.trim(),
      port: Number(draft.port),
      version: draft.version,
      transport: draft.transport,
      path: draft.path.trim() === '' ? '/mqtt' : draft.path.trim(),
      tls: {
        ca_file: tls ? text(draft.caFile) : null,
        certificate_file: tls ? text(draft.certificateFile) : null,
        key_file: tls ? text(draft.keyFile) : null,
        insecure: tls && draft.insecure,
      },
      username: text(draft.username),
      client_id: draft.clientId.trim(),
      keep_alive: Number(draft.keepAlive),
      filters: filterLines(draft.filters),
      qos: draft.qos,
      session_expiry: Number(draft.sessionExpiry),
      enabled: draft.enabled,
      realm: draft.realm === '' ? null : draft.realm,
      sparkplug_host: text(draft.sparkplugHost),
      birth: draft.birth,
      demo: draft.demo,
    },
    password: draft.passwordTouched ? draft.password : null,
  };
}

/** State of a connection: shape and word, never the colour alone. */
export const PHASES: Record<Phase, { shape: string; word: string }> = {
  connected: { shape: '●', word: 'connected' },
  connecting: { shape: '◐', word: 'connecting' },
  waiting: { shape: '○', word: 'not connected' },
  disabled: { shape: '–', word: 'switched off' },
};

/** What a person can do about a fault; empty where there is nothing to add. */
export const ADVICE: Record<Fault, string> = {
  none: '',
  name_not_found: 'Check the spelling of the host, or use its address, such as 192.168.1.10.',
  refused: 'The machine answers, but nothing listens on this port. Is the broker running, and is the port right?',
  unreachable: 'Is the machine on, in the same network, and is no firewall between?',
  tls_not_trusted:
    'Its certificate is not signed by anyone known here. Give the file of its own certificate authority under Encryption.',
  tls_failed: 'Does this port speak TLS? The usual one is 8883 (443 for WebSocket).',
  bad_credentials: 'User name or password is wrong.',
  not_authorised: 'The broker knows this user but does not let it in or read these topics. Ask who runs the broker.',
  client_id_refused: 'Another client may use this id, or the broker allows certain ids only. Change the client id.',
  no_traffic: 'Connected, but no message came. Are the topic filters right, and may this user read them?',
  protocol: 'What answers there speaks no MQTT of this version. Try the other version, or another port.',
  other: '',
};
