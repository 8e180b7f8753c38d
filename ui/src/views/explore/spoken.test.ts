import { describe, expect, it } from 'vitest';
import { Builder } from '../../ipc/fake/build';
import { buildHome } from '../../ipc/fake/home';
import { byConvention, spokenBy } from './spoken';

const builder = new Builder();
buildHome(builder);
const all = builder.devices.map((d) => d.view);

describe('devices by convention', () => {
  it('puts every device of a face and a broker into one group', () => {
    const groups = byConvention(all, 'home', null);
    const home = all.filter((d) => d.realm === 'home');
    expect(groups.flatMap((g) => g.devices).length).toBe(home.length);
    expect(groups.map((g) => g.devices.length)).toEqual(groups.map((g) => g.devices.length).sort((a, b) => b - a));
    expect(byConvention(all, 'home', 999)).toEqual([]);
  });
  it('names each convention of a device once, the best first', () => {
    const source = (convention: string) => ({ key: convention, convention }) as never;
    const device = { convention: 'tasmota', sources: [source('homeassistant'), source('tasmota'), source('tasmota')] };
    expect(spokenBy(device)).toEqual(['homeassistant', 'tasmota']);
    expect(spokenBy({ convention: 'plain', sources: [] })).toEqual(['plain']);
  });
});
