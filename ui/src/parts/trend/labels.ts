/** Words of a trend: times on its axis and at the cursor, numbers of the legend. 24-hour clock, local time. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = 86_400e6;

const two = (n: number) => String(n).padStart(2, '0');

function day(d: Date): string {
  return `${d.getDate()} ${MONTHS[d.getMonth()] ?? ''}`;
}

/** The part of a second of a moment (µs), with `digits` after the point. */
function fraction(at: number, digits: number): string {
  const micros = ((Math.round(at) % 1e6) + 1e6) % 1e6;
  return String(micros).padStart(6, '0').slice(0, digits);
}

/** Digits after the second that tell moments apart that lie `step` µs from each other. */
function secondDigits(step: number): number {
  return step >= 1e6 ? 0 : Math.min(6, Math.max(1, Math.ceil(6 - Math.log10(Math.max(step, 1)))));
}

/**
 * Labels for the ticks (`at`, µs) that lie `step` µs apart. The first label, and each where the day (or the year)
 * changes, says so in a second line.
 */
export function timeLabels(at: readonly number[], step: number): string[] {
  let before = '';
  return at.map((moment) => {
    const d = new Date(moment / 1000);
    let main: string;
    let context: string;
    if (step < 60e6) {
      const digits = secondDigits(step);
      main = `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
      if (digits > 0) main = `${two(d.getSeconds())}.${fraction(moment, digits)}`;
      context = digits > 0 ? `${day(d)} ${two(d.getHours())}:${two(d.getMinutes())}` : day(d);
    } else if (step < DAY) {
      main = `${two(d.getHours())}:${two(d.getMinutes())}`;
      context = day(d);
    } else if (step < 28 * DAY) {
      main = day(d);
      context = String(d.getFullYear());
    } else if (step < 300 * DAY) {
      main = MONTHS[d.getMonth()] ?? '';
      context = String(d.getFullYear());
    } else {
      main = String(d.getFullYear());
      context = '';
    }
    const label = context === before || context === '' ? main : `${main}\n${context}`;
    before = context;
    return label;
  });
}

/** The moment under the cursor, as exact as the window is wide. `at` and `span` in µs. */
export function momentLabel(at: number, span: number): string {
  const d = new Date(at / 1000);
  const clock = `${two(d.getHours())}:${two(d.getMinutes())}`;
  const digits = secondDigits(span / 1000);
  const seconds = span < 6 * 3600e6 ? `:${two(d.getSeconds())}${digits > 0 ? `.${fraction(at, digits)}` : ''}` : '';
  const year = span > 300 * DAY ? ` ${d.getFullYear()}` : '';
  return `${day(d)}${year} ${clock}${seconds}`;
}

/** A window in words: `24 Nov 2026 12:00 – 13:00`, the second half only as far as it differs. */
export function rangeLabel(from: number, to: number): string {
  const [a, b] = [new Date(from / 1000), new Date(to / 1000)];
  const digits = secondDigits((to - from) / 1000);
  const clock = (d: Date, at: number) => {
    const text = `${two(d.getHours())}:${two(d.getMinutes())}`;
    if (to - from >= 6 * 3600e6) return text;
    return `${text}:${two(d.getSeconds())}${digits > 0 ? `.${fraction(at, digits)}` : ''}`;
  };
  const date = (d: Date) => `${day(d)} ${d.getFullYear()}`;
  const same = date(a) === date(b);
  return `${date(a)} ${clock(a, from)} – ${same ? '' : `${date(b)} `}${clock(b, to)}`;
}

/** A length of time between two cursors: exact where it is short. `µs`, `ms`, then as people say it. */
export function lengthLabel(length: number): string {
  const t = Math.abs(length);
  const sign = length < 0 ? '\u2212' : '';
  if (t < 1000) return `${sign}${Math.round(t)} µs`;
  if (t < 1e6) return `${sign}${trim(t / 1000, 3)} ms`;
  if (t < 60e6) return `${sign}${trim(t / 1e6, 3)} s`;
  const seconds = Math.round(t / 1e6);
  const [d, h, m, s] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const parts = [d && `${d} d`, h && `${h} h`, m && `${m} min`, s && `${s} s`].filter(Boolean);
  return sign + parts.slice(0, 3).join(' ');
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** A number with `precision` digits, or with four significant ones where the point does not say. */
export function numberLabel(value: number, precision: number | null): string {
  if (!Number.isFinite(value)) return '–';
  let digits = precision;
  if (digits === null) {
    const size = Math.abs(value);
    digits = size >= 1000 || size === 0 ? 0 : Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(size))));
    if (Number.isInteger(value)) digits = 0;
  }
  return group(value.toFixed(digits));
}

/** Labels of a value axis: as many digits as its steps need, the same for all. */
export function axisLabels(splits: readonly number[]): string[] {
  const step = splits.length > 1 ? Math.abs((splits[1] ?? 0) - (splits[0] ?? 0)) : 1;
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(step || 1) + 1e-9)));
  return splits.map((split) => numberLabel(Math.abs(split) < step * 1e-9 ? 0 : split, digits));
}

/** Thousands apart from five digits on, with a narrow space: no comma that could be read as a decimal point. */
function group(text: string): string {
  const [whole = '', rest] = text.split('.');
  const bare = whole.replace('-', '');
  const grouped = bare.length < 5 ? bare : bare.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  // What rounds to nothing is no negative zero.
  const minus = whole.startsWith('-') && /[1-9]/.test(text) ? '\u2212' : '';
  return `${minus}${grouped}${rest === undefined ? '' : `.${rest}`}`;
}
