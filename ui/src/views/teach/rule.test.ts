import { describe, expect, it } from 'vitest';
import { filterOf, humanise, leavesOf, levelsOf, MOST_LEAVES, newRule, numberOf, pointFor, widened } from './rule';

describe('the example', () => {
  it('shows each value with the path that reads it', () => {
    const leaves = leavesOf('{"data":{"f":21400,"a.b":[true,"on"]},"n":null}');
    expect(leaves.map((leaf) => [leaf.depth, leaf.key, leaf.path])).toEqual([
      [0, 'data', null],
      [1, 'f', 'data.f'],
      [1, 'a.b', null],
      [2, '0', 'data.a\\.b.0'],
      [2, '1', 'data.a\\.b.1'],
      [0, 'n', 'n'],
    ]);
  });

  it('is one value where the payload is no object', () => {
    expect(leavesOf('21.5')).toMatchObject([{ path: '', shown: '21.5', value: 21.5 }]);
    expect(leavesOf('open')).toMatchObject([{ path: '', shown: 'open', value: 'open' }]);
  });

  it('is bounded', () => {
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, ix) => [`k${ix}`, ix])));
    expect(leavesOf(wide)).toHaveLength(MOST_LEAVES);
  });
});

describe('a point', () => {
  const leaf = (key: string, value: unknown) => ({ depth: 0, key, path: key, shown: String(value), value });

  it('is named, measured and typed as its key and value suggest', () => {
    expect(pointFor(leaf('oil_temp', 41.5), 'a/b', [])).toMatchObject({
      name: 'Oil temp',
      key: 'oil-temp',
      kind: 'number',
      unit: '°C',
      class: 'temperature',
    });
    expect(pointFor(leaf('doorOpen', true), 'a/b', [])).toMatchObject({ name: 'Door Open', kind: 'bool', unit: null });
    expect(pointFor(leaf('state', 'RUN'), 'a/b', [])).toMatchObject({ kind: 'text' });
    expect(pointFor(leaf('t', '21,5 °C'), 'a/b', [])).toMatchObject({ kind: 'number' });
  });

  it('takes the name of the topic for a whole payload, and never a name twice', () => {
    const whole = { depth: 0, key: '', path: '', shown: '5', value: 5 };
    const first = pointFor(whole, 'hall/oven/temperature', []);
    expect(first.name).toBe('Temperature');
    expect(pointFor(whole, 'hall/oven/temperature', [first]).name).toBe('Temperature 2');
  });
});

describe('the pattern', () => {
  const topic = 'factory/north/press/a';

  it('is read from and written to a filter', () => {
    const found = levelsOf(topic, 'factory/+/press/#');
    expect(found?.levels.map((level) => level.any)).toEqual([false, true, false, false]);
    expect(found && filterOf(found.levels, found.rest)).toBe('factory/+/press/#');
    expect(levelsOf(topic, 'factory/+')).toBeUndefined();
    expect(levelsOf(topic, 'other/#')).toBeUndefined();
  });

  it('widens and narrows level by level, and the device keeps its captures', () => {
    let rule: Pick<ReturnType<typeof newRule>, 'filter' | 'device'> = newRule(topic, 'plant', new Set());
    expect(rule.device).toBe('Press');
    rule = widened(topic, rule, 1);
    expect(rule).toEqual({ filter: 'factory/+/press/a', device: 'Press {1}' });
    rule = widened(topic, rule, 0);
    expect(rule).toEqual({ filter: '+/+/press/a', device: 'Press {2} {1}' });
    rule = widened(topic, rule, 0);
    expect(rule).toEqual({ filter: 'factory/+/press/a', device: 'Press {1}' });
    rule = widened(topic, rule, 1);
    expect(rule).toEqual({ filter: topic, device: 'Press' });
  });

  it('names a device by what varies, not by one of its values', () => {
    const rule = widened('hall/oven-3/temp', newRule('hall/oven-3/temp', 'plant', new Set()), 1);
    expect(rule).toEqual({ filter: 'hall/+/temp', device: 'Temp {1}' });
  });
});

it('reads numbers as people type them', () => {
  expect(numberOf('0,1')).toBe(0.1);
  expect(numberOf(' ')).toBeNull();
  expect(numberOf('x')).toBeNaN();
  expect(humanise('fillVolume_l')).toBe('Fill Volume l');
});

it('ids of rules are clean and differ', () => {
  expect(newRule('a b/ü/c', 'home', new Set(['c'])).id).toBe('c-2');
  expect(newRule('factory/press', 'home', new Set()).id).toBe('factory-press');
});
