import { describe, expect, it } from 'vitest';
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { PlaceView } from '../../ipc/gen/PlaceView';
import { actions, deviceHits, placeHits, VIEWS } from './hits';
import { prepare, rank } from './rank';

const PLACES = [
  { id: 1, parent: null, kind: 'home', realm: 'home', name: 'House', position: 0 },
  { id: 2, parent: 1, kind: 'room', realm: 'home', name: 'Kitchen', position: 0 },
  { id: 3, parent: null, kind: 'line', realm: 'plant', name: 'Line 2', position: 0 },
] as PlaceView[];
const path = (id: number | null) => PLACES.find((p) => p.id === id)?.name ?? '';
const DEVICES = [
  {
    id: 5,
    name: 'Fridge',
    own_name: 'KGN39',
    manufacturer: 'Bosch',
    model: null,
    place: 2,
    realm: 'home',
    points: [
      {
        id: 8,
        name: 'Temperature',
        key: 't',
        role: 'value',
        class: 'temperature',
        unit: '°C',
        hidden: false,
        icon: null,
      },
      { id: 9, name: 'Secret', key: 's', role: 'value', class: null, unit: null, hidden: true, icon: null },
    ],
  },
] as unknown as DeviceView[];

describe('what Ctrl+K finds', () => {
  it('leads to rooms and lines, and leaves places without a page out', () => {
    expect(placeHits(PLACES, path).map((h) => [h.name, h.target])).toEqual([
      ['Kitchen', { to: '#/home/room/2' }],
      ['Line 2', { to: '#/plant/line/3' }],
    ]);
  });

  it('finds a device by its maker and a point by its device', () => {
    const all = prepare(deviceHits(DEVICES, path));
    expect(rank('bosch', all)[0]?.target).toEqual({ to: '#/device/5' });
    expect(rank('fridge temp', all)[0]?.target).toEqual({ to: '#/point/8' });
    expect(rank('secret', all)).toEqual([]);
  });

  it('offers to acknowledge only where something waits', () => {
    expect(actions(0).some((h) => h.key === 'action:acknowledge-all')).toBe(false);
    expect(actions(3)[0]).toMatchObject({ key: 'action:acknowledge-all', detail: '3 wait' });
  });

  it('gives each hit its own key', () => {
    const keys = [...VIEWS, ...actions(1), ...placeHits(PLACES, path), ...deviceHits(DEVICES, path)].map((h) => h.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
