/** Conventions by the codes of the wire: a short word for a chip and the whole name. */
const WORDS: Record<string, { short: string; name: string }> = {
  homeassistant: { short: 'HA', name: 'Home Assistant discovery' },
  sparkplug: { short: 'SpB', name: 'Sparkplug B' },
  plain: { short: 'plain', name: 'plain topics' },
};

export function conventionShort(code: string): string {
  return WORDS[code]?.short ?? code;
}

export function conventionName(code: string): string {
  return WORDS[code]?.name ?? code;
}
