import { describe, expect, it } from 'vitest';
import type { PlaceView } from '../../ipc/gen/PlaceView';
import { Builder } from '../../ipc/fake/build';
import { buildHome } from '../../ipc/fake/home';
import { createHost } from '../../ipc/fake/host';
import { joinSentence, knownThrough, partners, splitSentence } from './joining';
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

  it('names each convention once that a device is known through', () => {
    const source = (convention: string) => ({ key: convention, convention });
    const known = (...codes: string[]) => knownThrough({ convention: 'plain', sources: codes.map(source) });
    expect(known()).toBe('plain topics');
    expect(known('zigbee2mqtt')).toBe('Zigbee2MQTT');
    expect(known('zigbee2mqtt', 'homeassistant')).toBe('Zigbee2MQTT and Home Assistant discovery');
    expect(known('tasmota', 'homeassistant', 'plain', 'tasmota')).toBe(
      'Tasmota, Home Assistant discovery and plain topics',
    );
  });

  it('offers the devices of the same broker to be joined with, those of the same place first', () => {
    const builder = new Builder();
    buildHome(builder);
    const views = builder.devices.map((d) => ({ ...d.view }));
    const me = views.find((v) => v.name === 'Kitchen air')!;
    const foreign = views.find((v) => v.id !== me.id)!;
    foreign.broker = 99;
    const path = (place: number | null) => (place === me.place ? 'Kitchen' : '');
    const found = partners(me, views, '', path);
    expect(found).toHaveLength(views.length - 2);
    const apart = found.findIndex((v) => v.place !== me.place);
    expect(apart).toBeGreaterThan(0);
    expect(found.slice(apart).every((v) => v.place !== me.place)).toBe(true);
    expect(partners(me, views, 'no such thing', path)).toEqual([]);
    const other = found[0]!;
    expect(partners(me, views, `kitchen ${other.name}`, path)).toContain(other);
    const [stays, goes] = me.id < other.id ? [me, other] : [other, me];
    for (const text of [joinSentence(me, other), joinSentence(other, me)]) {
      expect(text.startsWith(`“${goes.name}” becomes part of “${stays.name}”`)).toBe(true);
    }
  });

  it('splits a device and joins it again', async () => {
    const host = createHost();
    const devices = async () => (await host.call('model', { since: 0 })).devices;
    const before = await devices();
    const merged = before.find((d) => d.sources.length > 1)!;
    expect(splitSentence(merged)).toContain('two devices instead of one');
    await host.call('split_device', { device: merged.id });
    const split = await devices();
    expect(split).toHaveLength(before.length + 1);
    const added = split.find((d) => !before.some((b) => b.id === d.id))!;
    expect([...split.find((d) => d.id === merged.id)!.sources, ...added.sources]).toEqual(merged.sources);
    await expect(host.call('split_device', { device: added.id })).rejects.toThrow('one way only');
    await host.call('join_devices', { device: added.id, other: merged.id });
    expect((await devices()).find((d) => d.id === merged.id)!.sources).toEqual(merged.sources);
    expect(await devices()).toHaveLength(before.length);
  });
});
