// An edge node with a press below it, by Cirrus Link's own client library: `node sparkplug.js PORT`.

import sparkplug from 'sparkplug-client';
import { obey, tell } from './lines.js';

const port = Number(process.argv[2]);
const held = { force: 212.5, setpoint: 1200, running: true, cycles: 4711, recipe: 'B-Pillar 7' };

const node = sparkplug.newClient({
  serverUrl: `mqtt://127.0.0.1:${port}`,
  username: '',
  password: '',
  groupId: 'Foundry',
  edgeNode: 'Press Hall',
  clientId: 'peer-sparkplug',
  version: 'spBv1.0',
});

const property = (type, value) => ({ type, value });

function metrics() {
  const timestamp = Date.now();
  const all = [
    {
      name: 'Force',
      type: 'Double',
      value: held.force,
      properties: {
        engUnit: property('String', 'kN'),
        engLow: property('Double', 0),
        engHigh: property('Double', 400),
        readOnly: property('Boolean', true),
      },
    },
    {
      name: 'Speed Setpoint',
      type: 'Int32',
      value: held.setpoint,
      properties: {
        engUnit: property('String', 'rpm'),
        engLow: property('Int32', 0),
        engHigh: property('Int32', 3000),
      },
    },
    { name: 'Running', type: 'Boolean', value: held.running },
    { name: 'Cycles', type: 'UInt64', value: held.cycles },
    { name: 'Recipe', type: 'String', value: held.recipe },
    {
      name: 'Shots',
      type: 'DataSet',
      value: {
        numOfColumns: 2,
        types: ['String', 'Int32'],
        columns: ['Die', 'Count'],
        rows: [
          ['upper', 17],
          ['lower', 18],
        ],
      },
    },
    {
      name: 'Coolant',
      type: 'Template',
      value: {
        isDefinition: false,
        templateRef: 'Loop',
        metrics: [
          { name: 'Flow', type: 'Float', value: 12.5 },
          { name: 'Pump On', type: 'Boolean', value: true },
        ],
      },
    },
  ];
  return all.map((metric) => ({ timestamp, ...metric }));
}

function deviceBirth() {
  node.publishDeviceBirth('Press 1', { timestamp: Date.now(), metrics: metrics() });
}

function birth() {
  node.publishNodeBirth({
    timestamp: Date.now(),
    metrics: [
      { name: 'Node Control/Rebirth', type: 'Boolean', value: false },
      { name: 'Properties/Hardware Make', type: 'String', value: 'Hearthline peers' },
    ],
  });
  deviceBirth();
}

/** Says a change of Press 1; compressed where `compress` names an algorithm. */
function change(name, type, value, compress) {
  const metric = { name, type, value, timestamp: Date.now() };
  const options = compress ? { compress: true, algorithm: compress } : {};
  node.publishDeviceData('Press 1', { timestamp: Date.now(), metrics: [metric] }, options);
}

node.on('birth', () => {
  birth();
  tell('born');
});
node.on('ncmd', ({ metrics: asked }) => {
  tell('ncmd', { metrics: asked.map(({ name, value }) => ({ name, value })) });
  if (asked.some(({ name, value }) => name === 'Node Control/Rebirth' && value === true)) birth();
});
node.on('dcmd', (device, { metrics: asked }) => {
  for (const { name, value } of asked) {
    tell('dcmd', { device, name, value });
    if (name === 'Speed Setpoint') change(name, 'Int32', (held.setpoint = value));
  }
});

obey({
  force: ({ to, compress }) => change('Force', 'Double', (held.force = to), compress),
  birth: deviceBirth,
  death: () => node.publishDeviceDeath('Press 1', { timestamp: Date.now(), metrics: [] }),
});
