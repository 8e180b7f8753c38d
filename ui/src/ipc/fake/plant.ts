/** The fake plant: two lines of six machines, Line 1 in plain words, Line 2 in PackTags. */
import { bool, num, text, type Builder, type MakePoint } from './build';
import { counter, cycle, drift, fixedValue, wavy, type Signal } from './signals';

interface Machine {
  name: string;
  value?: {
    key: string;
    name: string;
    unit: string;
    mean: number;
    swing: number;
    range: [number, number];
    limits: [number, number, number, number];
  };
  rate: number;
  state: Signal;
  constraint?: boolean;
}

const running = fixedValue('running');
const busy = cycle(
  [
    ['running', 1500],
    ['starved', 90],
    ['running', 2400],
    ['stopped', 240],
  ],
  300,
);

const MACHINES: Machine[] = [
  { name: 'Depalletiser', rate: 152, state: running },
  {
    name: 'Washer',
    rate: 151,
    state: running,
    value: {
      key: 'BathTemperature',
      name: 'Bath temperature',
      unit: '°C',
      mean: 81.6,
      swing: 2,
      range: [60, 100],
      limits: [65, 72, 90, 95],
    },
  },
  {
    name: 'Filler',
    rate: 150,
    state: busy,
    constraint: true,
    value: {
      key: 'FillVolume',
      name: 'Fill volume',
      unit: 'ml',
      mean: 501.8,
      swing: 2.5,
      range: [480, 520],
      limits: [490, 494, 508, 512],
    },
  },
  {
    name: 'Capper',
    rate: 148,
    state: cycle(
      [
        ['running', 2600],
        ['fault', 400],
        ['running', 3000],
      ],
      100,
    ),
    value: {
      key: 'Torque',
      name: 'Torque',
      unit: 'Nm',
      mean: 1.9,
      swing: 0.25,
      range: [0.5, 3],
      limits: [1.4, 1.55, 2.5, 2.8],
    },
  },
  {
    name: 'Labeller',
    rate: 148,
    state: cycle(
      [
        ['running', 1800],
        ['starved', 250],
      ],
      60,
    ),
  },
  {
    name: 'Packer',
    rate: 146,
    state: cycle(
      [
        ['running', 1800],
        ['starved', 230],
        ['running', 900],
        ['blocked', 60],
      ],
      80,
    ),
  },
];

const PACKML: Record<string, number> = { running: 6, starved: 5, blocked: 5, fault: 9, stopped: 2 };

function machinePoints(m: Machine, index: number, packml: boolean): MakePoint[] {
  const rate: Signal = (t) => (m.state(t) === 'running' ? Math.round(m.rate + 3 * drift(index * 13, t, 60)) : 0);
  const points: MakePoint[] = [];
  const metric = { platform: 'metric', every: 2 };
  if (packml) {
    points.push(
      num('Status/StateCurrent', 'State', null, (t) => PACKML[String(m.state(t))] ?? 0, {
        ...metric,
        state_class: null,
      }),
      text('Status/StopReason', 'Stop reason', (t) => (m.state(t) === 'fault' ? 'Torque low-low' : ''), metric),
      num('Status/CurMachSpeed', 'Speed', '/min', rate, { ...metric, range: [0, 200] }),
      num('Status/MachDesignSpeed', 'Design speed', '/min', fixedValue(m.rate + 8), { ...metric, category: 'config' }),
      num('Admin/ProdProcessedCount', 'Processed', null, counter(m.rate * 50), {
        ...metric,
        state_class: 'total_increasing',
      }),
      num('Admin/ProdDefectiveCount', 'Defective', null, counter(m.rate / 2), {
        ...metric,
        state_class: 'total_increasing',
      }),
    );
  } else {
    points.push(
      text('State', 'State', m.state, { ...metric, kind: 'text' } as never),
      text('Reason', 'Reason', (t) => (m.state(t) === 'fault' ? 'Torque low-low' : ''), metric),
      num('Rate', 'Rate', '/min', rate, { ...metric, range: [0, 200] }),
      num('IdealRate', 'Ideal rate', '/min', fixedValue(m.rate + 8), { ...metric, category: 'config' }),
      num('Good', 'Good', null, counter(m.rate * 50), { ...metric, state_class: 'total_increasing' }),
      num('Reject', 'Reject', null, counter(m.rate / 2), { ...metric, state_class: 'total_increasing' }),
      num('SpeedSetpoint', 'Speed set point', '/min', fixedValue(m.rate), {
        ...metric,
        writable: true,
        range: [0, 200],
        step: 1,
      }),
    );
  }
  if (m.value) {
    const [lo_lo, lo, hi, hi_hi] = m.value.limits;
    points.push(
      num(
        m.value.key,
        m.value.name,
        m.value.unit,
        wavy(index * 17 + (packml ? 5 : 0), m.value.mean, 0, m.value.swing, m.value.swing / 4),
        {
          ...metric,
          range: m.value.range,
          limits: { lo_lo, lo, hi, hi_hi },
        },
      ),
    );
  }
  points.push(
    bool('Properties/Constraint', 'Constraint', fixedValue(m.constraint ?? false), { ...metric, category: 'config' }),
  );
  return points;
}

/** Ids that the assembled views need. */
export interface FakeLine {
  place: number;
  machines: number[];
  stock: number;
}

export function buildPlant(b: Builder): FakeLine[] {
  const site = b.place('Berlin', 'site', 'plant', null);
  const area = b.place('Filling', 'area', 'plant', site);
  return [1, 2].map((line) => {
    const place = b.place(`Line ${line}`, 'line', 'plant', area);
    const extra = { realm: 'plant' as const, manufacturer: 'Krones' };
    const machines = MACHINES.map((m, i) => {
      const made = b.device(m.name, place, machinePoints(m, i + line * 40, line === 2), { ...extra, position: i + 1 });
      return made.view.id;
    });
    b.device(
      `Line ${line}`,
      place,
      [
        num('Target', 'Target', null, fixedValue(21600), {
          platform: 'metric',
          every: 60,
          writable: true,
          range: [0, 40000],
          step: 100,
        }),
      ],
      extra,
    );
    const level = (key: string, name: string, share: number, full: number, reorder: number) =>
      num(`${key}/Level`, `${name} level`, 'pcs', (t) => Math.round(full * share - (t % 7200) * 0.4), {
        platform: 'metric',
        range: [0, full],
        limits: { lo_lo: null, lo: reorder, hi: null, hi_hi: null },
      });
    const stock = b.device(
      'Stock',
      place,
      [
        level('Caps', 'Caps', 0.25, 40000, 12000),
        level('Labels', 'Labels 0.7 l', 0.72, 60000, 18000),
        level('Preforms', 'Preforms', 0.56, 50000, 10000),
      ],
      extra,
    );
    return { place, machines, stock: stock.view.id };
  });
}
