/** Lengths of time, in µs. */

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Two units, the larger first: `4 min 10 s`, `1 h 50 min`, `3 d 4 h`. */
export function duration(length: number): string {
  const t = Math.max(0, length);
  if (t < MINUTE) return `${Math.floor(t / SECOND)} s`;
  if (t < HOUR) return pair(t, MINUTE, 'min', SECOND, 's');
  if (t < DAY) return pair(t, HOUR, 'h', MINUTE, 'min');
  return pair(t, DAY, 'd', HOUR, 'h');
}

/** One unit, for a glance: `12 s`, `4 min`, `3 h`, `2 d`. */
export function brief(length: number): string {
  const t = Math.max(0, length);
  if (t < MINUTE) return `${Math.floor(t / SECOND)} s`;
  if (t < HOUR) return `${Math.floor(t / MINUTE)} min`;
  if (t < 2 * DAY) return `${Math.floor(t / HOUR)} h`;
  return `${Math.floor(t / DAY)} d`;
}

/** For columns: `4:10`, `17:20`, `1:02:05`. */
export function stopwatch(length: number): string {
  const all = Math.floor(Math.max(0, length) / SECOND);
  const p = (n: number) => String(n).padStart(2, '0');
  const h = Math.floor(all / 3600);
  const m = Math.floor((all % 3600) / 60);
  return h ? `${h}:${p(m)}:${p(all % 60)}` : `${m}:${p(all % 60)}`;
}

function pair(t: number, big: number, bigName: string, small: number, smallName: string): string {
  const first = Math.floor(t / big);
  const second = Math.floor((t % big) / small);
  return second ? `${first} ${bigName} ${second} ${smallName}` : `${first} ${bigName}`;
}
