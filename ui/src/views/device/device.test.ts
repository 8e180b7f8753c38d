import { describe, expect, it } from 'vitest';
import type { PlaceView } from '../../ipc/gen/PlaceView';
import { Builder } from '../../ipc/fake/build';
import { buildHome } from '../../ipc/fake/home';
import { placesFor } from './places';
import { pretty } from './raw';
import { sections } from './sections';

describe('device', () => {
  it('sorts points into sections and hides none for good', () => {
    const builder = new Builder();
    buildHome(builder);
    const points = builder.devices.find((d) => d.view.name === 'Kitchen air')!.view.points;
    const hidden = points.map((p, i) => ({ ...p, hidden: i === 0 }));
    const found = sections(hidden);
    expect(found.map((s) => s.title)).toEqual(['Values', 'Diagnostics', 'Hidden by the device']);
    expect(found.flatMap((s) => s.points)).toHaveLength(points.length);
    expect(sections([])).toEqual([]);
  });

  it('offers rooms at home and the whole tree in the plant', () => {
    const place = (id: number, kind: PlaceView['kind'], realm: PlaceView['realm'], name: string): PlaceView => ({
      id,
      parent: null,
      kind,
      realm,
      name,
      position: id,
    });
    const all = [
      place(1, 'home', 'home', 'Home'),
      place(2, 'room', 'home', 'Kitchen'),
      place(3, 'room', 'home', 'Attic'),
      place(4, 'area', 'plant', 'Filling'),
      place(5, 'line', 'plant', 'Line 1'),
    ];
    expect(placesFor(all, 'home', () => '').map((p) => p.path)).toEqual(['Attic', 'Kitchen']);
    expect(placesFor(all, 'plant', (id) => `P${id}`).map((p) => p.path)).toEqual(['P4', 'P5']);
  });

  it('indents whole JSON and leaves everything else alone', () => {
    const raw = { truncated: false, format: 'json' as const };
    expect(pretty({ ...raw, payload: '{"a":1}' })).toBe('{\n  "a": 1\n}');
    expect(pretty({ ...raw, payload: '{"a":12345678901234567890}' })).toBe('{"a":12345678901234567890}');
    expect(pretty({ ...raw, payload: '{"a":', truncated: true })).toBe('{"a":');
    expect(pretty({ ...raw, payload: '{bad' })).toBe('{bad');
    expect(pretty({ ...raw, payload: '', format: 'empty' })).toBe('(empty)');
  });
});
