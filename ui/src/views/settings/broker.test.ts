import { describe, expect, it } from 'vitest';
import type { BrokerView } from '../../ipc/gen/BrokerView';
import { draftOf, editOf, faults, filterFault, filterLines, newDraft, withHost, withTransport } from './broker';

const ready = () => ({ ...newDraft(), name: 'Home', host: 'broker.local' });

describe('broker form', () => {
  it('starts with what fits most brokers and lacks only name and host', () => {
    expect(Object.keys(faults(newDraft())).sort()).toEqual(['host', 'name']);
    expect(faults(ready())).toEqual({});
  });

  it('hands a broker through unchanged when nothing was edited', () => {
    const settings = {
      ...editOf({ ...ready(), transport: 'wss', port: '9001', caFile: '/ca.pem', filters: 'a/#\nb/+/c' }).settings,
      demo: true,
    };
    const view = { id: 7, settings } as BrokerView;
    const edit = editOf(draftOf(view));
    expect(edit).toEqual({ id: 7, settings, password: null });
  });

  it('sends a password only where one was typed, and an empty one to remove it', () => {
    expect(editOf({ ...ready(), password: 'x' }).password).toBeNull();
    expect(editOf({ ...ready(), password: 'x ', passwordTouched: true }).password).toBe('x ');
    expect(editOf({ ...ready(), passwordTouched: true }).password).toBe('');
  });

  it('moves the port along with the transport, unless it was chosen', () => {
    expect(withTransport(ready(), 'tls').port).toBe('8883');
    expect(withTransport({ ...ready(), port: '1884' }, 'tls').port).toBe('1884');
  });

  it('takes a pasted address apart', () => {
    expect(withHost(ready(), 'mqtts://b.example:8884')).toMatchObject({
      host: 'b.example',
      port: '8884',
      transport: 'tls',
    });
    expect(withHost(ready(), 'wss://b.example/ws')).toMatchObject({ port: '443', transport: 'wss', path: '/ws' });
    expect(withHost(ready(), 'mqtt://[fe80::1]')).toMatchObject({ host: 'fe80::1', port: '1883' });
    expect(withHost(ready(), '10.0.0.2:1884')).toMatchObject({ host: '10.0.0.2', port: '1884', transport: 'tcp' });
    expect(withHost(ready(), ' fe80::1 ')).toMatchObject({ host: 'fe80::1', port: '1883' });
    expect(withHost(ready(), 'http://x')).toMatchObject({ host: 'http://x' });
  });

  it('never leaves TLS settings behind on a connection without TLS', () => {
    const draft = { ...ready(), insecure: true, caFile: '/ca.pem' };
    expect(editOf(draft).settings.tls).toEqual({
      ca_file: null,
      certificate_file: null,
      key_file: null,
      insecure: false,
    });
    expect(editOf({ ...draft, transport: 'tls' }).settings.tls).toMatchObject({ ca_file: '/ca.pem', insecure: true });
  });

  it('says what is wrong with numbers and files', () => {
    for (const port of ['0', '65536', '1e3', '-1', '', '18.83']) expect(faults({ ...ready(), port }).port).toBeTruthy();
    expect(faults({ ...ready(), keepAlive: '1' }).keepAlive).toBeTruthy();
    expect(faults({ ...ready(), sessionExpiry: 'day' }).sessionExpiry).toBeTruthy();
    expect(faults({ ...ready(), transport: 'tls', keyFile: '/k.pem' }).certificateFile).toBeTruthy();
    expect(faults({ ...ready(), transport: 'tcp', keyFile: '/k.pem' }).certificateFile).toBeUndefined();
    expect(faults({ ...ready(), host: 'a b' }).host).toBeTruthy();
    expect(faults({ ...ready(), sparkplugHost: 'a/b' }).sparkplugHost).toBeTruthy();
  });

  it('checks filters one by one', () => {
    expect(filterLines(' a/# \n\n a/#\r\nb')).toEqual(['a/#', 'b']);
    for (const good of ['#', 'a/#', '+', 'a/+/b', '$SYS/#', '/a', 'a//b']) expect(filterFault(good)).toBe('');
    for (const bad of ['a#', '#/a', 'a+/b', 'a/b+']) expect(filterFault(bad)).not.toBe('');
    expect(faults({ ...ready(), filters: 'ok/#\nbad#' }).filters).toContain('bad#');
    expect(faults({ ...ready(), filters: ' \n' }).filters).toBeTruthy();
  });
});
