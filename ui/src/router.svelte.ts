/** Hash routes: `#/home/room/3`, `#/point/17`, `#/trends?pens=1,2`. The address is the state, so back always works. */

export type RouteName =
  'home' | 'room' | 'plant' | 'line' | 'device' | 'point' | 'alarms' | 'trends' | 'explore' | 'teach' | 'settings';

const PATHS: Record<RouteName, string> = {
  home: '/home',
  room: '/home/room',
  plant: '/plant',
  line: '/plant/line',
  device: '/device',
  point: '/point',
  alarms: '/alarms',
  trends: '/trends',
  explore: '/explore',
  teach: '/explore/teach',
  settings: '/settings',
};
const WITH_ID: ReadonlySet<RouteName> = new Set(['room', 'line', 'device', 'point']);

export interface Address {
  name: RouteName;
  /** Of the room, line, device or point; 0 elsewhere. */
  id: number;
  query: URLSearchParams;
}

/** Reads a hash; anything unknown is the home. */
export function parse(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const query = new URLSearchParams(search);
  for (const name of Object.keys(PATHS) as RouteName[]) {
    if (!WITH_ID.has(name)) {
      if (path === PATHS[name]) return { name, id: 0, query };
      continue;
    }
    const id = path.startsWith(`${PATHS[name]}/`) ? path.slice(PATHS[name].length + 1) : '';
    if (/^[1-9]\d{0,15}$/.test(id)) return { name, id: Number(id), query };
  }
  return { name: 'home', id: 0, query: new URLSearchParams() };
}

type Query = Record<string, string | number | readonly number[] | undefined>;

/** The address of a page: `href('room', 3)`, `href('trends', { pens: [1, 2] })`. */
export function href(name: RouteName, id?: number | Query, query?: Query): string {
  const number = typeof id === 'number' ? id : undefined;
  const parts = Object.entries((typeof id === 'object' ? id : query) ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(String(value)).replaceAll('%2C', ',')}`],
  );
  const path = `#${PATHS[name]}${number === undefined ? '' : `/${number}`}`;
  return parts.length ? `${path}?${parts.join('&')}` : path;
}

class Route {
  #address: Address = $state.raw(parse(typeof location === 'undefined' ? '' : location.hash));

  constructor() {
    if (typeof addEventListener === 'undefined') return;
    addEventListener('hashchange', () => (this.#address = parse(location.hash)));
  }

  get name(): RouteName {
    return this.#address.name;
  }
  get id(): number {
    return this.#address.id;
  }
  get query(): URLSearchParams {
    return this.#address.query;
  }
}

/** Where the window is; reactive. */
export const route = new Route();

/** Goes to a page. `replace` leaves no step for "back" (a filter that changes). */
export function go(to: string, replace = false): void {
  if (replace) {
    history.replaceState(history.state, '', to);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = to;
  }
}
