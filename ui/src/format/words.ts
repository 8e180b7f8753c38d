/** People's words for what devices say: `open` for a door's `true`, `wet` for a leak sensor's. */

/** [false, true] by device class (Home Assistant's `binary_sensor` classes). */
const BOOLEANS: Record<string, readonly [string, string]> = {
  battery: ['charged', 'low'],
  battery_charging: ['not charging', 'charging'],
  carbon_monoxide: ['clear', 'carbon monoxide!'],
  cold: ['normal', 'cold'],
  connectivity: ['disconnected', 'connected'],
  door: ['closed', 'open'],
  garage_door: ['closed', 'open'],
  gas: ['clear', 'gas!'],
  heat: ['normal', 'hot'],
  light: ['dark', 'light'],
  lock: ['locked', 'unlocked'],
  moisture: ['dry', 'wet'],
  motion: ['still', 'motion'],
  moving: ['still', 'moving'],
  occupancy: ['empty', 'someone there'],
  opening: ['closed', 'open'],
  plug: ['unplugged', 'plugged in'],
  power: ['no power', 'power'],
  presence: ['away', 'at home'],
  problem: ['fine', 'problem'],
  running: ['resting', 'running'],
  safety: ['safe', 'unsafe'],
  smoke: ['clear', 'smoke!'],
  sound: ['quiet', 'sound'],
  tamper: ['fine', 'tampered with'],
  update: ['up to date', 'update waiting'],
  vibration: ['still', 'vibrating'],
  window: ['closed', 'open'],
};

/** The word of a boolean. */
export function booleanWord(on: boolean, deviceClass: string | null): string {
  const pair = deviceClass !== null && Object.hasOwn(BOOLEANS, deviceClass) ? BOOLEANS[deviceClass] : undefined;
  return (pair ?? ['off', 'on'])[on ? 1 : 0] ?? '';
}

/** `fan_only` → `fan only`, `HEAT` → `heat`; leaves text that reads as a sentence alone. */
export function plainWord(text: string): string {
  if (/^[A-Z0-9_]+$/.test(text) || /^[a-z0-9]+(_[a-z0-9]+)+$/.test(text))
    return text.toLowerCase().replaceAll('_', ' ');
  return text;
}

/** First letter upper-case: `fill level` → `Fill level`. */
export function sentence(text: string): string {
  return text ? text[0]!.toUpperCase() + text.slice(1) : text;
}
