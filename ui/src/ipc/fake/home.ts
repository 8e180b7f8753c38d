/** The fake home: about 25 devices in seven rooms, a car and a watch. */
import { bool, choice, num, press, text, type Builder, type MakePoint } from './build';
import { counter, cycle, drift, fixedValue, hourOf, sinceMidnight, sun, wavy } from './signals';

const on = fixedValue(true);
const off = fixedValue(false);

function light(entity: string, lit: boolean, level: number, warm = false): MakePoint[] {
  const shared = { entity, platform: 'light', every: 60, writable: true };
  const points = [
    bool('state', '', fixedValue(lit), { ...shared, role: 'switch' }),
    num('brightness', '', '%', fixedValue(level), { ...shared, role: 'brightness', range: [0, 100], step: 1 }),
  ];
  if (warm) {
    points.push(
      num('color_temp', '', 'K', fixedValue(2700), { ...shared, role: 'color_temperature', range: [2200, 6500] }),
    );
  }
  return points;
}

function climateSensor(seed: number, degrees: number, humidity: number): MakePoint[] {
  return [
    num('temperature', 'Temperature', '°C', wavy(seed, degrees, 0.6, 0.3, 0.1), { class: 'temperature' }),
    num('humidity', 'Humidity', '%', wavy(seed + 9, humidity, 2, 3, 0.5), { class: 'humidity', range: [0, 100] }),
    num('battery', 'Battery', '%', fixedValue(87), {
      class: 'battery',
      category: 'diagnostic',
      range: [0, 100],
      role: 'battery',
    }),
    num('linkquality', 'Signal', 'lqi', wavy(seed + 3, 120, 0, 20, 4), {
      category: 'diagnostic',
      role: 'link_quality',
    }),
  ];
}

export function buildHome(b: Builder): void {
  const home = b.place('Home', 'home', 'home', null);
  const room = (name: string) => b.place(name, 'room', 'home', home);
  const living = room('Living room');
  const kitchen = room('Kitchen');
  const bedroom = room('Bedroom');
  const hall = room('Hall');
  const cellar = room('Cellar');
  const garage = room('Garage');
  const garden = room('Garden');

  const climate = { entity: 'climate', platform: 'climate', every: 20 };
  b.device(
    'Thermostat',
    living,
    [
      num('current_temperature', '', '°C', wavy(1, 21.3, 0.5, 0.2, 0.05), {
        ...climate,
        role: 'current_temperature',
        class: 'temperature',
      }),
      num('temperature', '', '°C', fixedValue(22), {
        ...climate,
        role: 'target_temperature',
        range: [7, 30],
        step: 0.5,
        writable: true,
        precision: 1,
      }),
      choice('mode', '', ['off', 'heat', 'auto'], fixedValue('heat'), { ...climate, role: 'mode', writable: true }),
      choice('action', '', ['off', 'idle', 'heating'], fixedValue('heating'), { ...climate, role: 'activity' }),
      choice('preset_mode', '', ['none', 'eco', 'comfort'], fixedValue('comfort'), {
        ...climate,
        role: 'preset_mode',
        writable: true,
      }),
      num('valve', 'Valve', '%', wavy(4, 40, 0, 20, 2), { category: 'diagnostic', range: [0, 100] }),
    ],
    { manufacturer: 'Danfoss', model: 'Ally', firmware: '1.18', serial: 'DF-0091' },
  );
  b.device('Ceiling', living, light('ceiling', true, 64, true), {
    manufacturer: 'Signify',
    model: 'Hue White Ambiance',
  });
  b.device('Lamp', living, light('lamp', false, 30));
  b.device(
    'Air',
    living,
    [
      ...climateSensor(11, 21.4, 46),
      num('co2', 'CO₂', 'ppm', wavy(12, 780, 120, 150, 20), {
        class: 'carbon_dioxide',
        range: [400, 2000],
        limits: { lo_lo: null, lo: null, hi: 1200, hi_hi: 1800 },
      }),
    ],
    {
      manufacturer: 'Aqara',
      model: 'TVOC Monitor',
      convention: 'zigbee2mqtt',
      sources: [
        { key: 'zigbee2mqtt:00158d0001abcdef', convention: 'zigbee2mqtt' },
        { key: 'ha:00158d0001abcdef', convention: 'homeassistant' },
      ],
    },
  );
  b.device(
    'Television',
    living,
    [
      bool('state', '', on, { role: 'switch', platform: 'switch', entity: 'plug', writable: true }),
      num('power', 'Power', 'W', wavy(14, 96, 0, 20, 8), { class: 'power', range: [0, 300] }),
      num('energy', 'Energy', 'kWh', counter(0.09), { class: 'energy', state_class: 'total_increasing' }),
    ],
    { manufacturer: 'Shelly', model: 'Plug S', firmware: '1.4.4' },
  );

  const wash = cycle(
    [
      ['idle', 3000],
      ['washing', 2400],
      ['rinsing', 900],
      ['spinning', 600],
      ['done', 900],
    ],
    400,
  );
  b.device(
    'Washer',
    kitchen,
    [
      choice('state', 'State', ['idle', 'washing', 'rinsing', 'spinning', 'done'], wash),
      num('remaining', 'Time left', 'min', (t) => Math.max(0, Math.round(65 - ((t + 400 - 3000) % 7800) / 60)), {
        class: 'duration',
        range: [0, 90],
      }),
      num(
        'progress',
        'Progress',
        '%',
        (t) => Math.min(100, Math.max(0, Math.round((((t + 400 - 3000) % 7800) / 3900) * 100))),
        { range: [0, 100] },
      ),
      press('start', 'Start'),
    ],
    { manufacturer: 'Bosch', model: 'WGB25604' },
  );
  b.device('Dishwasher', kitchen, [
    choice('state', 'State', ['idle', 'running', 'done'], fixedValue('done')),
    num('progress', 'Progress', '%', fixedValue(100), { range: [0, 100] }),
    choice('program', 'Program', ['eco_50', 'auto', 'quick_45'], fixedValue('eco_50'), {
      platform: 'select',
      writable: true,
      category: 'config',
    }),
  ]);
  b.device('Counter', kitchen, light('counter', true, 100));
  b.device('Fridge', kitchen, [
    num('temperature', 'Temperature', '°C', wavy(21, 4.1, 0.2, 0.5, 0.1), {
      class: 'temperature',
      range: [-2, 12],
      limits: { lo_lo: null, lo: 0, hi: 8, hi_hi: 10 },
    }),
    bool('door', 'Door', off, { class: 'door' }),
  ]);
  b.device('Kitchen air', kitchen, climateSensor(22, 20.8, 51));
  b.device('Leak under the sink', kitchen, [
    bool('leak', '', off, { class: 'moisture' }),
    num('battery', 'Battery', '%', fixedValue(12), {
      class: 'battery',
      category: 'diagnostic',
      range: [0, 100],
      role: 'battery',
      limits: { lo_lo: null, lo: 15, hi: null, hi_hi: null },
    }),
  ]);

  const cover = { entity: 'cover', platform: 'cover', every: 60, writable: true };
  b.device('Blind', bedroom, [
    choice('state', '', ['open', 'opening', 'closed', 'closing', 'stopped'], fixedValue('closed'), {
      ...cover,
      role: 'open_close',
      command_options: ['open', 'close', 'stop'],
      class: 'blind',
    }),
    num('position', '', '%', fixedValue(0), { ...cover, role: 'position', range: [0, 100] }),
  ]);
  b.device(
    'Window',
    bedroom,
    [
      bool('contact', '', off, { class: 'window', silentFor: 3 * 3600 + 900 }),
      num('battery', 'Battery', '%', fixedValue(64), {
        class: 'battery',
        category: 'diagnostic',
        range: [0, 100],
        role: 'battery',
        silentFor: 3 * 3600 + 900,
      }),
    ],
    { online: false, convention: 'zigbee2mqtt', manufacturer: 'Aqara', model: 'MCCGQ11LM' },
  );
  b.device('Bedroom air', bedroom, climateSensor(31, 18.9, 49));
  const fan = { entity: 'fan', platform: 'fan', every: 60, writable: true };
  b.device('Fan', bedroom, [
    bool('state', '', off, { ...fan, role: 'switch' }),
    num('speed', '', '%', fixedValue(40), { ...fan, role: 'speed', range: [0, 100], step: 10 }),
    choice('preset', '', ['auto', 'sleep', 'boost'], fixedValue('auto'), { ...fan, role: 'preset_mode' }),
  ]);

  b.device(
    'Front door',
    hall,
    [
      choice('lock', '', ['locked', 'unlocked', 'locking', 'unlocking', 'jammed'], fixedValue('locked'), {
        entity: 'lock',
        platform: 'lock',
        role: 'lock',
        writable: true,
        command_options: ['lock', 'unlock'],
      }),
      bool('door', 'Door', off, { class: 'door' }),
      num('battery', 'Battery', '%', fixedValue(58), {
        class: 'battery',
        category: 'diagnostic',
        range: [0, 100],
        role: 'battery',
      }),
    ],
    { manufacturer: 'Nuki', model: 'Smart Lock 4' },
  );
  b.device('Smoke detector', hall, [bool('smoke', '', off, { class: 'smoke' })]);
  b.device('Motion', hall, [
    bool(
      'occupancy',
      '',
      cycle([
        [true, 90],
        [false, 400],
      ]),
      { class: 'occupancy', every: 5 },
    ),
    num('illuminance', 'Light', 'lx', wavy(41, 120, 90, 30, 5), { class: 'illuminance' }),
  ]);
  const scene = b.device('Scenes', hall, [
    press('evening', 'Evening', { icon: 'mdi:weather-night' }),
    press('leaving', 'Leaving', { icon: 'mdi:exit-run' }),
  ]);
  scene.view.diagnoses = 1;

  b.device('Freezer', cellar, [
    num('temperature', '', '°C', (t) => -18 + Math.min(6.4, ((t % 9000) / 9000) * 9) + 0.1 * drift(51, t, 60), {
      class: 'temperature',
      range: [-30, 0],
      limits: { lo_lo: null, lo: null, hi: -12, hi_hi: -8 },
    }),
  ]);
  b.device('Water meter', cellar, [
    num('total', 'Water', 'm³', counter(0.012), { class: 'water', state_class: 'total_increasing', precision: 3 }),
    num(
      'flow',
      'Flow',
      'l/min',
      cycle([
        [0, 500],
        [6.2, 60],
        [0, 900],
        [9.8, 200],
      ]),
      { class: 'volume_flow_rate', range: [0, 20], precision: 1 },
    ),
  ]);
  b.device(
    'Meter',
    cellar,
    [
      num(
        'power',
        'Power',
        'W',
        (t) =>
          Math.round(420 + 700 * Math.max(0, Math.sin(((hourOf(t) - 15) / 24) * 4 * Math.PI)) + 140 * drift(61, t, 90)),
        { class: 'power', range: [0, 6000] },
      ),
      num('energy', 'Energy', 'kWh', counter(0.61), { class: 'energy', state_class: 'total_increasing' }),
    ],
    { manufacturer: 'Shelly', model: 'Pro 3EM', convention: 'shelly' },
  );
  b.device(
    'Solar',
    cellar,
    [
      num('power', 'Power', 'W', sun(4200), { class: 'power', range: [0, 5000] }),
      num('energy', 'Energy', 'kWh', counter(0.42), { class: 'energy', state_class: 'total_increasing' }),
    ],
    { manufacturer: 'Fronius', model: 'Primo' },
  );

  b.device('Garage door', garage, [
    choice('state', '', ['open', 'closed', 'opening', 'closing'], fixedValue('closed'), {
      ...cover,
      role: 'open_close',
      command_options: ['open', 'close', 'stop'],
      class: 'garage',
    }),
  ]);
  b.device(
    'Car',
    garage,
    [
      num('battery_level', 'Battery', '%', fixedValue(68), {
        class: 'battery',
        role: 'battery',
        range: [0, 100],
        every: 60,
      }),
      num('range', 'Range', 'km', fixedValue(274), { class: 'distance', every: 60 }),
      bool('charging', 'Charging', on, { class: 'battery_charging', role: 'charging' }),
      num('charging_power', 'Charging power', 'kW', wavy(71, 7.2, 0, 0.1, 0.02), {
        class: 'power',
        range: [0, 11],
        precision: 1,
      }),
      num('odometer', 'Odometer', 'km', fixedValue(48211), { class: 'distance', state_class: 'total_increasing' }),
      text('location', 'Location', fixedValue('home'), { role: 'location', platform: 'device_tracker' }),
      bool('locked', 'Doors', off, { class: 'lock' }),
      num('inside', 'Inside', '°C', wavy(72, 14, 2, 1, 0.1), { class: 'temperature' }),
    ],
    { manufacturer: 'Volkswagen', model: 'ID.3', firmware: '3.7' },
  );
  b.device('Weather station', garden, [
    num('temperature', 'Temperature', '°C', wavy(81, 6.2, 4, 0.8, 0.1), { class: 'temperature', range: [-20, 40] }),
    num('humidity', 'Humidity', '%', wavy(82, 78, -10, 5, 1), { class: 'humidity', range: [0, 100] }),
    num('wind', 'Wind', 'km/h', wavy(83, 14, 2, 8, 4), { class: 'wind_speed', range: [0, 100], precision: 0 }),
    num('pressure', 'Pressure', 'hPa', wavy(84, 1013, 0, 6, 0.2), { class: 'atmospheric_pressure' }),
    num('rain', 'Rain today', 'mm', sinceMidnight(0.2), { class: 'precipitation', precision: 1 }),
  ]);

  b.device(
    'Watch',
    null,
    [
      num('heart_rate', 'Heart rate', 'bpm', (t) => Math.round(71 + 9 * drift(91, t, 240) + 3 * drift(92, t, 15)), {
        range: [40, 180],
        icon: 'mdi:heart-pulse',
      }),
      num('resting', 'Resting heart rate', 'bpm', fixedValue(58)),
      num('steps', 'Steps', 'steps', sinceMidnight(520), { state_class: 'total_increasing' }),
      num('battery', 'Battery', '%', fixedValue(71), {
        class: 'battery',
        role: 'battery',
        category: 'diagnostic',
        range: [0, 100],
      }),
      num('sleep', 'Sleep', 'h', fixedValue(7.4), { class: 'duration', precision: 1 }),
    ],
    { manufacturer: 'Garmin', model: 'Forerunner 265' },
  );

  b.device('House alarm', hall, [
    choice('panel', '', ['disarmed', 'armed_home', 'armed_away', 'armed_night', 'triggered'], fixedValue('disarmed'), {
      entity: 'panel',
      platform: 'alarm_control_panel',
      role: 'alarm_panel',
      writable: true,
      command_options: ['disarm', 'arm_home', 'arm_away', 'arm_night', 'trigger'],
      code: { words: ['disarm', 'arm_home', 'arm_away', 'arm_night'], numeric: true },
    }),
  ]);
  const siren = { entity: 'siren', platform: 'siren', writable: true, every: 60 };
  b.device('Siren', hall, [
    bool('siren', '', off, { ...siren, role: 'switch' }),
    choice('tone', 'Tone', ['bell', 'whoop'], fixedValue('bell'), { ...siren, role: 'tone' }),
    num('volume', 'Volume', null, fixedValue(0.5), { ...siren, role: 'volume', range: [0, 1], step: 0.05 }),
  ]);
}
