/** Moments, in µs since the epoch. */
import { brief } from './durations';

const DAY_MS = 86_400_000;
const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(name: string, options: Intl.DateTimeFormatOptions, locale: string | undefined): Intl.DateTimeFormat {
  const key = `${name}/${locale ?? ''}`;
  let found = cache.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, options);
    cache.set(key, found);
  }
  return found;
}

/** `12 s ago`, `now` within two seconds. */
export function ago(at: number, now: number): string {
  const passed = now - at;
  return passed < 2_000_000 ? 'now' : `${brief(passed)} ago`;
}

/** What a stale value says: `no word for 3 h`, `no word yet` where none ever came. */
export function silence(at: number, now: number): string {
  if (at <= 0) return 'no word yet';
  return now - at < 2_000_000 ? 'no word' : `no word for ${brief(now - at)}`;
}

/** `19:11`. */
export function hourMinute(at: number, locale?: string): string {
  return formatter('hm', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, locale).format(at / 1000);
}

/** `19:11:42`. */
export function clockTime(at: number, locale?: string): string {
  return formatter('hms', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }, locale).format(
    at / 1000,
  );
}

/** As short as the distance allows: `19:11:42` today, `yesterday 19:11`, `Mon 19:11` this week, else `24 Nov 19:11`, with its year where it is another. */
export function moment(at: number, now: number, locale?: string): string {
  if (at <= 0) return 'never';
  const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS);
  if (days === 0) return clockTime(at, locale);
  const time = hourMinute(at, locale);
  if (days === 1) return `yesterday ${time}`;
  if (days > 1 && days < 7) return `${formatter('wd', { weekday: 'short' }, locale).format(at / 1000)} ${time}`;
  const otherYear = new Date(at / 1000).getFullYear() !== new Date(now / 1000).getFullYear();
  const date = formatter(
    otherYear ? 'dmy' : 'dm',
    otherYear ? { day: 'numeric', month: 'short', year: 'numeric' } : { day: 'numeric', month: 'short' },
    locale,
  ).format(at / 1000);
  return `${date} ${time}`;
}

/** Good morning, good evening: by the local hour. */
export function greeting(now: number): string {
  const hour = new Date(now / 1000).getHours();
  if (hour < 5) return 'Good night';
  if (hour < 12) return 'Good morning';
  if (hour < 18) return 'Good afternoon';
  return 'Good evening';
}

function startOfDay(at: number): number {
  const day = new Date(at / 1000);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}
