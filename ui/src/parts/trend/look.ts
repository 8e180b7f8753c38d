/** Colours and type of a trend, taken from the theme; a canvas does not inherit them. */
import type { Priority } from '../../ipc/gen/Priority';
import { penColour } from './pens';

export interface ChartLook {
  soft: string;
  line: string;
  edge: string;
  ink: string;
  card: string;
  track: string;
  accent: string;
  font: string;
  /** Fills of the six tints of states. */
  tints: readonly string[];
  alarm: Record<Priority, { fill: string; ink: string; text: string }>;
  pen: (index: number) => string;
}

/** Priority in its shape, so that it is not told by colour alone. */
export const SHAPES: Record<Priority, string> = {
  critical: '■',
  high: '▲',
  medium: '◆',
  low: '●',
  diagnostic: '○',
};

const PRIORITIES: readonly Priority[] = ['critical', 'high', 'medium', 'low', 'diagnostic'];
const TINTS_LIGHT = ['#a9c0d3', '#bccfb2', '#c7bfdb', '#aed0ce', '#d3c6b3', '#c3c8cd'];
const TINTS_DARK = ['#3f5c74', '#4b6141', '#5a4f78', '#3a6462', '#6b5b45', '#565d64'];

/** Reads the look where `element` stands. */
export function lookOf(element: Element): ChartLook {
  const style = getComputedStyle(element);
  const token = (name: string, other: string) => style.getPropertyValue(name).trim() || other;
  const dark = element.closest('[data-light]')?.getAttribute('data-light') === 'dark';
  const alarm = {} as ChartLook['alarm'];
  for (const p of PRIORITIES) {
    alarm[p] = {
      fill: token(`--${p}`, '#c62828'),
      ink: token(`--${p}-ink`, '#fff'),
      text: token(`--${p}-text`, '#a01414'),
    };
  }
  return {
    soft: token('--soft', '#666'),
    line: token('--line', '#ccc'),
    edge: token('--edge', '#888'),
    ink: token('--ink', '#222'),
    card: token('--card', '#fff'),
    track: token('--track', '#ddd'),
    accent: token('--accent', '#24506e'),
    font: style.fontFamily || 'sans-serif',
    tints: dark ? TINTS_DARK : TINTS_LIGHT,
    alarm,
    pen: (index) => penColour(index, dark),
  };
}

/** Calls `read` now and whenever the theme changes; answers how to stop. */
export function watchLook(element: Element, read: (look: ChartLook) => void): () => void {
  const again = () => read(lookOf(element));
  again();
  const watch = new MutationObserver(again);
  for (let e: Element | null = element.closest('[data-light]'); e; e = e.parentElement) {
    watch.observe(e, { attributes: true, attributeFilter: ['data-light', 'data-face'] });
  }
  return () => watch.disconnect();
}
