import { describe, expect, it } from 'vitest';
import { Builder } from '../../ipc/fake/build';
import { buildHome } from '../../ipc/fake/home';
import { rowsOf } from './packed';
import { airOf, carOf, outsideOf, wearableOf } from './themes';

const builder = new Builder();
buildHome(builder);
const all = builder.devices.map((d) => d.view);
const device = (name: string) => all.find((d) => d.name === name)!;

describe('themes', () => {
  it('knows the car and the watch, and nothing else as such', () => {
    expect(all.filter((d) => carOf(d)).map((d) => d.name)).toEqual(['Car']);
    expect(all.filter((d) => wearableOf(d)).map((d) => d.name)).toEqual(['Watch']);
    expect(carOf(device('Car'))).toMatchObject({ range: { key: 'range' }, charging: { key: 'charging' } });
    expect(wearableOf(device('Watch'))).toMatchObject({ heart: { key: 'heart_rate' }, steps: { key: 'steps' } });
  });
  it('takes the air of a room from what measures it, not from a fridge', () => {
    expect(airOf([device('Fridge')])).toEqual({});
    expect(airOf([device('Fridge'), device('Kitchen air')]).temperature?.id).toBe(device('Kitchen air').points[0]!.id);
    expect(airOf([device('Thermostat')]).temperature?.role).toBe('current_temperature');
  });
  it('takes no boiler for the air of a cellar', () => {
    const boiler = structuredClone(device('Thermostat'));
    boiler.points.forEach((p) => (p.platform = 'water_heater'));
    expect(airOf([boiler])).toEqual({});
  });
  it('does not take the power of charging for whether it charges', () => {
    const car = structuredClone(device('Car'));
    car.points = car.points.filter((p) => p.kind === 'number');
    car.points.push({
      ...car.points[0]!,
      id: 9002,
      key: 'charging_power',
      name: 'Charging power',
      role: 'value',
      class: 'power',
    });
    expect(carOf(car)?.charging).toBeUndefined();
    expect(carOf(car)?.power?.class).toBe('power');
  });
  it('packs cards into whole rows with the gap below', () => {
    expect([rowsOf(0), rowsOf(100), rowsOf(101)]).toEqual([4, 29, 30]);
  });
  it('finds the outside', () => {
    expect(outsideOf(all, () => '')?.id).toBe(device('Weather station').points[0]!.id);
    expect(outsideOf([device('Fridge')], () => 'Garden')?.key).toBe('temperature');
    expect(outsideOf([device('Fridge')], () => 'Kitchen')).toBeUndefined();
  });
});
