/** What the frame says when the app itself is in trouble: no shell, no broker, no room for history. Pure. */
import { brief } from '../format/durations';
import type { StatusView } from '../ipc/gen/StatusView';

export interface Notice {
  /** Which values on screen are only the last known ones because of it. */
  old: 'all' | 'some' | undefined;
  text: string;
  /** Where it can be mended; none: nowhere in the app. */
  settings: 'brokers' | 'data' | undefined;
}

/** All that holds now, the worst first. `stopped` is why nothing comes from the shell. */
export function noticesOf(status: StatusView | undefined, stopped: string | undefined, now: number): Notice[] {
  const list: Notice[] = [];
  if (stopped) list.push({ old: 'all', text: `Live values stopped: ${stopped}`, settings: undefined });
  if (!status) return list;
  if (status.trouble) {
    const text = /[.!?]$/.test(status.trouble) ? status.trouble : `${status.trouble}.`;
    list.push({ old: undefined, text: `History is not being stored: ${text}`, settings: 'data' });
  }
  if (status.repair) list.push({ old: undefined, text: status.repair, settings: 'data' });
  for (const text of status.notes) list.push({ old: undefined, text, settings: undefined });
  if (!stopped) list.push(...ofBrokers(status, now));
  return list;
}

function ofBrokers(status: StatusView, now: number): Notice[] {
  const wanted = status.brokers.filter((broker) => broker.settings.enabled);
  if (wanted.length === 0) {
    return [{ old: 'all', text: 'No broker is connected, so nothing new comes in.', settings: 'brokers' }];
  }
  const none = wanted.every((broker) => broker.phase !== 'connected');
  const waiting = wanted.filter((broker) => broker.phase === 'waiting');
  const [first] = waiting;
  if (!first) {
    return none ? [{ old: 'all', text: `Connecting to ${wanted[0]!.settings.name}…`, settings: undefined }] : [];
  }
  if (waiting.length > 1) {
    const names = waiting.map((broker) => broker.settings.name).join(', ');
    return [
      {
        old: none ? 'all' : 'some',
        text: `${waiting.length} brokers are not connected: ${names}.`,
        settings: 'brokers',
      },
    ];
  }
  const left = first.retry_at === null ? 0 : first.retry_at - now;
  const retry = left > 1_000_000 ? ` Trying again in ${brief(left)}.` : ' Trying again…';
  return [
    {
      old: none ? 'all' : 'some',
      text: `${first.settings.name}: ${first.error || 'not connected.'}${retry}`,
      settings: 'brokers',
    },
  ];
}
