/** Plays tones with WebAudio: made here, so that no file and no permission is needed. */
import type { Tone } from './sounds';

/** Loud at its loudest. */
const LOUDEST = 0.5;
/** Rise and fall of a tone, s: without them it clicks. */
const SLOPE = 0.015;

let context: AudioContext | undefined;

/** Plays; `volume` is 0 to 100. Nothing happens where the system has no sound. */
export function play(tones: readonly Tone[], volume: number): void {
  if (typeof AudioContext === 'undefined') return;
  try {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume().catch(() => undefined);
    const begin = context.currentTime + 0.02;
    // Loudness is heard by ratios.
    const gain = LOUDEST * Math.pow(Math.min(Math.max(volume, 0), 100) / 100, 2);
    for (const tone of tones) {
      const [from, to] = [begin + tone.at, begin + tone.at + tone.for];
      const source = context.createOscillator();
      source.type = 'triangle';
      source.frequency.value = tone.pitch;
      const level = context.createGain();
      level.gain.setValueAtTime(0, from);
      level.gain.linearRampToValueAtTime(gain, from + SLOPE);
      level.gain.setValueAtTime(gain, to - SLOPE);
      level.gain.linearRampToValueAtTime(0, to);
      source.connect(level).connect(context.destination);
      source.start(from);
      source.stop(to + SLOPE);
    }
  } catch {
    // No sound device: what is seen must do.
    context = undefined;
  }
}
