import { describe, expect, it } from 'vitest';
import { call, callBytes } from '../ipc/client';
import { decodeHistory } from '../parts/trend/history';
import { acknowledge, alarms } from './alarms.svelte';
import { commands, commandOf, send } from './commands.svelte';
import { model } from './model.svelte';
import { oneAtATime, onRevision, seen } from './revisions';
import { applyFrame, value } from './values.svelte';

describe('live, against the fake host', () => {
  it('builds the model with paths and places', async () => {
    await model.refresh();
    expect(model.loaded).toBe(true);
    const capper = [...model.devices.values()].find((d) => d.name === 'Capper');
    expect(capper && model.path(capper.place)).toBe('Berlin › Filling › Line 1');
    const kitchen = [...model.places.values()].find((p) => p.name === 'Kitchen');
    expect(kitchen && model.path(kitchen.id)).toBe('Kitchen');
    expect(model.inPlace(kitchen?.id ?? 0).map((d) => d.name)).toContain('Fridge');
    expect(capper && model.inPlace(capper.place ?? 0).map((d) => d.name)[0]).toBe('Depalletiser');
  });

  it('takes only changes of the model in', async () => {
    const before = model.devices.size;
    const first = [...model.devices.values()][0]!;
    model.apply({
      rev: 1,
      full: false,
      places: [],
      places_changed: false,
      devices: [{ ...first, name: 'Another name' }],
      removed: [],
    });
    expect(model.device(first.id)?.name).toBe('Another name');
    expect(model.places.size).toBeGreaterThan(5);
    model.apply({ rev: 1, full: false, places: [], places_changed: false, devices: [], removed: [first.id] });
    expect(model.devices.size).toBe(before - 1);
    model.apply({ ...(await call('model', { since: 0 })), full: true });
    expect(model.devices.size).toBe(before);
  });

  it('writes the values of a frame', async () => {
    const fridge = [...model.devices.values()].find((d) => d.name === 'Fridge')!;
    const point = fridge.points[0]!.id;
    expect(value(point).quality).toBe('stale');
    await call('watch', { points: [point] });
    expect(applyFrame(await callBytes('frame', { cursor: 0 }))).toBe(1);
    expect(value(point).number).toBeGreaterThan(2);
    expect(value(point)).toBe(value(point));
  });

  it('acknowledges', async () => {
    await alarms.refresh();
    const first = alarms.view.alarms[0]!;
    expect(await acknowledge([first.id])).toBe(1);
    expect(alarms.view.alarms.find((a) => a.id === first.id)?.state).toBe('acknowledged');
  });

  it('sends a home command at once and asks for a plant command first', async () => {
    const lamp = [...model.devices.values()].find((d) => d.name === 'Lamp')!;
    const sent = await send(lamp.points[0]!.id, true);
    expect(sent?.outcome.state).toBe('sent');
    expect(commandOf(lamp.points[0]!.id)?.asked).toBe(true);

    const target = [...model.devices.values()].find((d) => d.name === 'Line 1')!.points[0]!;
    const refused = send(target.id, 100);
    expect(commands.asking?.of.point.id).toBe(target.id);
    commands.asking?.answer(false);
    expect(await refused).toBeUndefined();
    const accepted = send(target.id, 100);
    commands.asking?.answer(true);
    expect((await accepted)?.outcome.state).toBe('sent');
  });

  it('answers history', async () => {
    const to = Date.now() * 1000;
    const fridge = [...model.devices.values()].find((d) => d.name === 'Fridge')!;
    const args = { points: [fridge.points[0]!.id], from: to - 3600e6, to, width: 100 };
    const [series] = decodeHistory(await callBytes('history', args));
    expect(series?.time.length).toBeGreaterThan(90);
  });
});

describe('revisions', () => {
  it('tells only what moved', () => {
    const told: string[] = [];
    const stops = [onRevision('alarms', () => told.push('alarms')), onRevision('status', () => told.push('status'))];
    seen({ model: 9, alarms: 91, status: 92, commands: 9 });
    told.length = 0;
    seen({ model: 9, alarms: 91, status: 93, commands: 9 });
    expect(told).toEqual(['status']);
    for (const stop of stops) stop();
  });

  it('asks once more when asked meanwhile, never twice at once', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const ask = oneAtATime(async () => {
      runs++;
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    });
    await Promise.all([ask(), ask(), ask()]);
    expect([runs, most]).toEqual([2, 1]);
  });
});
