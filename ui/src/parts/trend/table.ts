/** The trend as a table: for those who do not see the chart, and for reading numbers off. */
import { stateAt, stateWord } from './bands';
import { valueAt } from './cursors';
import { momentLabel, numberLabel } from './labels';
import type { Scene } from './scene';

export interface TableView {
  heads: { point: number; text: string }[];
  rows: { at: number; when: string; cells: string[] }[];
}

/** Moments of a table: as many as are read with patience. */
const ROWS = 48;

/** Values at even moments, newest first. */
export function tableOf(scene: Scene): TableView {
  const { from, now } = scene.spec;
  const to = Math.min(scene.spec.to, now);
  const step = (to - from) / ROWS;
  const lines = scene.lines;
  const heads = [
    ...lines.map((l) => ({
      point: l.pen.pen.point,
      text: `${l.pen.index + 1} ${l.pen.pen.name}${l.pen.pen.unit ? `, ${l.pen.pen.unit}` : ''}`,
    })),
    ...scene.bands.map((b) => ({ point: b.pen.pen.point, text: `${b.pen.index + 1} ${b.pen.pen.name}` })),
  ];
  const rows = Array.from({ length: ROWS + 1 }, (_v, i) => {
    const at = to - i * step;
    const cells = [
      ...lines.map((line) => {
        if (line.bars) {
          const bar = line.bars.now.find((b) => b.from <= at && at < b.to);
          return bar ? line.say(bar.value) : '–';
        }
        const value = valueAt(line, at);
        return value === undefined ? '–' : numberLabel(value, line.pen.pen.precision);
      }),
      ...scene.bands.map(({ spans }) => {
        const span = stateAt(spans, at);
        return span ? stateWord(span.value) : '–';
      }),
    ];
    return { at, when: momentLabel(at, to - from), cells };
  });
  return { heads, rows };
}
