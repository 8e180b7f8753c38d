/** What Ctrl+K can find, and where each leads. */
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { PlaceView } from '../../ipc/gen/PlaceView';
import { pointName } from '../../format/names';
import { href } from '../../router.svelte';
import type { Hit } from './rank';

export type Action = 'acknowledge-all' | 'theme-light' | 'theme-dark' | 'theme-system' | 'full-screen' | 'add-broker';

export type Target = { to: string } | { action: Action };

export interface FindHit extends Hit {
  target: Target;
  icon: string;
}

export const VIEWS: readonly FindHit[] = [
  view('Home', href('home'), 'home', 'rooms house start'),
  view('Plant', href('plant'), 'factory', 'lines machines oee'),
  view('Alarms', href('alarms'), 'bell', 'journal alerts warnings'),
  view('Trends', href('trends'), 'chart-line', 'history chart graph export csv'),
  view('Explore', href('explore'), 'file-tree', 'topics mqtt payload publish raw'),
  view('Diagnoses', href('explore', { tab: 'diagnoses' }), 'alert', 'troubles errors faults'),
  view('Settings', href('settings'), 'cog', 'preferences options'),
  view('Brokers', href('settings', { section: 'brokers' }), 'lan', 'connection mqtt server', 'Settings'),
  view('Broker inside and demo', href('settings', { section: 'inside' }), 'star', 'embedded simulated', 'Settings'),
  view('Places', href('settings', { section: 'places' }), 'door', 'rooms floors lines areas', 'Settings'),
  view('Look, units, you', href('settings', { section: 'general' }), 'account', 'theme dark light', 'Settings'),
  view('Data', href('settings', { section: 'data' }), 'package', 'folder size database history', 'Settings'),
];

function view(name: string, to: string, icon: string, also: string, detail = ''): FindHit {
  return { key: `view:${to}`, kind: 'view', name, detail, also, icon, target: { to } };
}

function action(name: string, what: Action, icon: string, also: string, detail = ''): FindHit {
  return { key: `action:${what}`, kind: 'action', name, detail, also, icon, target: { action: what } };
}

/** `waiting`: alarms that nobody has acknowledged. */
export function actions(waiting: number): FindHit[] {
  const all = [
    action('Light theme', 'theme-light', 'lightbulb', 'look bright day'),
    action('Dark theme', 'theme-dark', 'lightbulb', 'look night'),
    action('Theme of the system', 'theme-system', 'lightbulb', 'look light dark'),
    action('Full screen', 'full-screen', 'window', 'wall display f11 kiosk', 'F11'),
    action('Add a broker', 'add-broker', 'plus', 'connect mqtt new'),
  ];
  if (waiting === 0) return all;
  const detail = waiting === 1 ? 'one waits' : `${waiting} wait`;
  return [action('Acknowledge all alarms', 'acknowledge-all', 'check', 'ack got it silence', detail), ...all];
}

/** Places that have a page of their own, with the path above them. */
export function placeHits(places: Iterable<PlaceView>, path: (place: number | null) => string): FindHit[] {
  const out: FindHit[] = [];
  for (const place of places) {
    const to =
      place.kind === 'room' ? href('room', place.id) : place.kind === 'line' ? href('line', place.id) : undefined;
    if (!to) continue;
    const icon = place.realm === 'home' ? 'door' : 'factory';
    out.push({
      key: `place:${place.id}`,
      kind: 'place',
      name: place.name,
      detail: path(place.parent),
      also: place.kind,
      icon,
      target: { to },
    });
  }
  return out;
}

/** Devices and their points; hidden points are left out, for they are hidden everywhere else. */
export function deviceHits(devices: Iterable<DeviceView>, path: (place: number | null) => string): FindHit[] {
  const all: FindHit[] = [];
  const points: FindHit[] = [];
  for (const device of devices) {
    const where = path(device.place);
    all.push({
      key: `device:${device.id}`,
      kind: 'device',
      name: device.name,
      detail: where,
      also: [device.own_name, device.manufacturer, device.model].filter(Boolean).join(' '),
      icon: device.realm === 'plant' ? 'factory' : 'power-plug',
      target: { to: href('device', device.id) },
    });
    for (const point of device.points) {
      if (point.hidden) continue;
      const name = pointName(point);
      points.push({
        key: `point:${point.id}`,
        kind: 'point',
        name: name || device.name,
        detail: where ? `${device.name} · ${where}` : device.name,
        also: [point.class, point.unit].filter(Boolean).join(' '),
        icon: point.icon ?? 'gauge',
        target: { to: href('point', point.id) },
      });
    }
  }
  return [...all, ...points];
}
