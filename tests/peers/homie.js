// A fan and its thermometer, by the package homie-device: `node homie.js PORT`.

import HomieDevice from 'homie-device';
import { obey, tell } from './lines.js';

const device = new HomieDevice({
  name: 'Attic fan',
  device_id: 'attic-fan',
  mac: 'DE:AD:BE:EF:FE:ED',
  ip: '192.0.2.7',
  mqtt: { host: '127.0.0.1', port: Number(process.argv[2]), base_topic: 'homie/', auth: false },
  settings: {},
});
device.setFirmware('attic-fan', '1.4.2');

const climate = device.node('climate', 'Climate', 'sensor');
climate.advertise('temperature').setName('Temperature').setUnit('°C').setDatatype('float');

const fan = device.node('fan', 'Fan', 'fan');
/** Takes what is set, tells the test and says what then holds. */
const settable = (name) => (range, value) => {
  tell('set', { property: name, value });
  fan.setProperty(name).setRetained(true).send(value);
};
fan.advertise('power').setName('Power').setDatatype('boolean').settable(settable('power'));
fan
  .advertise('speed')
  .setName('Speed')
  .setUnit('%')
  .setDatatype('integer')
  .setFormat('0:100')
  .settable(settable('speed'));
fan.advertise('mode').setName('Mode').setDatatype('enum').setFormat('auto,night,boost').settable(settable('mode'));

device.on('connect', () => {
  climate.setProperty('temperature').setRetained(true).send('23.5');
  fan.setProperty('power').setRetained(true).send('false');
  fan.setProperty('speed').setRetained(true).send('40');
  fan.setProperty('mode').setRetained(true).send('auto');
  tell('connected');
});
device.setup(true);

obey({
  temperature: ({ to }) => climate.setProperty('temperature').setRetained(true).send(String(to)),
});
