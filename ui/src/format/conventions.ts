/** Conventions by the codes of the wire: a short word for a chip and the whole name. */
const WORDS: Record<string, { short: string; name: string }> = {
  homeassistant: { short: 'HA', name: 'Home Assistant discovery' },
  zigbee2mqtt: { short: 'Z2M', name: 'Zigbee2MQTT' },
  tasmota: { short: 'Tasmota', name: 'Tasmota' },
  shelly: { short: 'Shelly', name: 'Shelly' },
  esphome: { short: 'ESPHome', name: 'ESPHome' },
  homie: { short: 'Homie', name: 'Homie' },
  owntracks: { short: 'OwnTracks', name: 'OwnTracks' },
  teslamate: { short: 'car', name: 'cars (TeslaMate and the like)' },
  wearable: { short: 'wearable', name: 'wearables' },
  frigate: { short: 'Frigate', name: 'Frigate' },
  sparkplug: { short: 'SpB', name: 'Sparkplug B' },
  opcua: { short: 'OPC UA', name: 'OPC UA PubSub' },
  mtconnect: { short: 'MTC', name: 'MTConnect' },
  uns: { short: 'UNS', name: 'unified namespace' },
  gateways: { short: 'gateway', name: 'the shape of its gateway' },
  taught: { short: 'taught', name: 'you taught' },
  plain: { short: 'plain', name: 'plain topics' },
};

export function conventionShort(code: string): string {
  return WORDS[code]?.short ?? code;
}

export function conventionName(code: string): string {
  // The shapes of gateways go by their own names.
  return WORDS[code]?.name ?? code.charAt(0).toUpperCase() + code.slice(1);
}
