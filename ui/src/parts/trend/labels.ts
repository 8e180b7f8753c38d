/** Words of a trend: times on its axis and at the cursor, numbers of the legend. 24-hour clock, local time. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (n: number) => String(n).padStart(2, '0');

function day(d: Date): string {
  return `${d.getDate()} ${MONTHS[d.getMonth()] ?? ''}`;
}

/**
 * Labels for the ticks (`splits`, seconds) that lie `step` seconds apart. The first label, and each where the day (or
 * the year) changes, says so in a second line.
 */
export function timeLabels(splits: readonly number[], step: number): string[] {
  let before = '';
  return splits.map((seconds) => {
    const d = new Date(seconds * 1000);
    let main: string;
    let context: string;
    if (step < 1) {
      main = `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}.${Math.floor(d.getMilliseconds() / 100)}`;
      context = day(d);
    } else if (step < 60) {
      main = `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
      context = day(d);
    } else if (step < 86_400) {
      main = `${two(d.getHours())}:${two(d.getMinutes())}`;
      context = day(d);
    } else if (step < 28 * 86_400) {
      main = day(d);
      context = String(d.getFullYear());
    } else {
      main = MONTHS[d.getMonth()] ?? '';
      context = String(d.getFullYear());
    }
    const label = context === before ? main : `${main}\n${context}`;
    before = context;
    return label;
  });
}

/** The moment under the cursor, as exact as the window is wide. `at` and `span` in µs. */
export function momentLabel(at: number, span: number): string {
  const d = new Date(at / 1000);
  const clock = `${two(d.getHours())}:${two(d.getMinutes())}`;
  const seconds = span < 6 * 3600e6 ? `:${two(d.getSeconds())}` : '';
  const year = span > 300 * 86_400e6 ? ` ${d.getFullYear()}` : '';
  return `${day(d)}${year} ${clock}${seconds}`;
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

/** Thousands apart from five digits on, with a narrow space: no comma that could be read as a decimal point. */
function group(text: string): string {
  const [whole = '', rest] = text.split('.');
  const bare = whole.replace('-', '');
  const grouped = bare.length < 5 ? bare : bare.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return `${whole.startsWith('-') ? '\u2212' : ''}${grouped}${rest === undefined ? '' : `.${rest}`}`;
}
