import { describe, expect, it } from 'vitest';
import type { LineView } from '../../ipc/gen/LineView';
import type { OeeView } from '../../ipc/gen/OeeView';
import type { StopView } from '../../ipc/gen/StopView';
import {
  allStops,
  columnsFor,
  inOrder,
  lossRows,
  oeeParts,
  paceOf,
  runsOut,
  stockRows,
  stopRows,
  worstOf,
} from './line';

const oee: OeeView = {
  oee: 0.7,
  availability: 0.88,
  performance: 1.2,
  quality: null,
  good: 1,
  rejected: 0,
  planned: 1,
  running: 1,
  unknown: 0,
  performance_suspect: true,
};
const line = (part: Partial<LineView>): LineView => ({
  place: 1,
  name: 'Line 1',
  path: 'Berlin › Filling',
  shift_name: 'Late shift',
  shift_from: 0,
  shift_to: 100,
  state: 'running',
  machines: [],
  oee,
  previous_oee: null,
  constraint: null,
  target: 1000,
  made: 400,
  timeline: [],
  stops: [],
  losses: [],
  stock: [],
  alarms: [0, 0, 0, 0, 0],
  ...part,
});
const stop = (from: number, part: Partial<StopView> = {}): StopView => ({
  device: 1,
  machine: 'Capper',
  state: 'fault',
  from,
  to: from + 5,
  duration: 5,
  lost: null,
  reason: '',
  ...part,
});

describe('pace', () => {
  it('compares with where the shift stands now', () => {
    expect(paceOf(line({}), 50)).toEqual({ made: 400, target: 1000, share: 0.4, due: 0.5, ahead: -100 });
    expect(paceOf(line({ made: 600 }), 50)?.ahead).toBe(100);
  });

  it('does not go past the end of the shift', () => {
    expect(paceOf(line({ made: 2000 }), 500)).toMatchObject({ share: 1, due: 1, ahead: 1000 });
  });

  it('invents neither a count nor a target', () => {
    expect(paceOf(line({ made: null }), 50)).toBeUndefined();
    expect(paceOf(line({ target: null }), 50)).toMatchObject({ made: 400, ahead: undefined, share: undefined });
    expect(paceOf(line({ target: 0 }), 50)?.target).toBeUndefined();
  });
});

describe('OEE', () => {
  it('shows above a hundred as it is, with the bar full and a flag', () => {
    const parts = oeeParts(oee);
    expect(parts.map((p) => p.value)).toEqual([0.88, 1.2, null]);
    expect(parts.map((p) => p.bar)).toEqual([0.88, 1, 0]);
    expect(parts.map((p) => p.suspect)).toEqual([false, true, false]);
  });
});

describe('stops and losses', () => {
  it('puts what lasts first, then the longest', () => {
    const rows = stopRows([stop(1, { duration: 50 }), stop(2, { duration: 70 }), stop(3, { to: null, duration: 1 })]);
    expect(rows.map((r) => r.from)).toEqual([3, 2, 1]);
    expect(stopRows([stop(1), stop(2)], 1)).toHaveLength(1);
  });

  it('marks only the loss that is going on as a fault', () => {
    const rows = lossRows(
      [
        { name: 'Capper', state: 'fault', duration: 4 },
        { name: 'Filler', state: 'fault', duration: 8 },
        { name: 'Changeover', state: 'changeover', duration: 16 },
      ],
      [stop(1, { to: null }), stop(2, { machine: 'Filler' })],
    );
    expect(rows.map((r) => [r.name, r.bar, r.current])).toEqual([
      ['Changeover', 1, false],
      ['Filler', 0.5, false],
      ['Capper', 0.25, true],
    ]);
  });
});

describe('stock', () => {
  it('stands on its capacity and tells when it is low', () => {
    const rows = stockRows([
      { point: 1, name: 'Caps', level: 20, capacity: 100, unit: null, reorder: 30, cover: null },
      { point: 2, name: 'Labels', level: 50, capacity: null, unit: null, reorder: 30, cover: null },
      { point: 3, name: 'Glue', level: null, capacity: 10, unit: null, reorder: null, cover: null },
    ]);
    expect(rows.map((r) => [r.fill, r.tick, r.low])).toEqual([
      [0.2, 0.3, true],
      [undefined, undefined, false],
      [undefined, undefined, false],
    ]);
  });
});

describe('over all lines', () => {
  it('lists the stops of all lines with their line, what lasts first', () => {
    const all = allStops(
      [
        line({ name: 'Line 1', stops: [stop(1, { duration: 9 })] }),
        line({ name: 'Line 2', stops: [stop(1, { duration: 2, to: null }), stop(2, { duration: 5 })] }),
      ],
      2,
    );
    expect(all.map((s) => [s.line, s.duration])).toEqual([
      ['Line 2', 2],
      ['Line 1', 9],
    ]);
  });

  it('puts what is below its reorder point first, then what lasts shortest', () => {
    const item = (point: number, level: number, cover: number | null) => ({
      point,
      name: `S${point}`,
      level,
      capacity: 100,
      unit: null,
      reorder: 30,
      cover,
    });
    const one = line({ stock: [item(1, 80, null), item(2, 80, 5), item(3, 20, 50)] });
    expect(runsOut([one], 3).map((s) => s.name)).toEqual(['S3', 'S2', 'S1']);
    expect(runsOut([one, line({ name: 'Line 2' })], 1)[0]?.name).toBe('S3, Line 1');
  });
});

describe('order and room', () => {
  it('finds the worst priority', () => {
    expect(worstOf([0, 0, 2, 1, 0])).toBe('medium');
    expect(worstOf([0, 0, 0, 0, 0])).toBeUndefined();
  });

  it('counts numbers in names as numbers', () => {
    const names = inOrder([line({ name: 'Line 10' }), line({ name: 'Line 2' })]).map((l) => l.name);
    expect(names).toEqual(['Line 2', 'Line 10']);
  });

  it('keeps machines in one row or in equal rows', () => {
    expect(columnsFor(6, 1160, 130, 18)).toBe(6);
    expect(columnsFor(10, 1160, 130, 18)).toBe(5);
    expect(columnsFor(6, 400, 130, 18)).toBe(2);
    expect(columnsFor(0, 400, 130, 18)).toBe(1);
  });
});
