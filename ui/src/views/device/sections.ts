/** The points of a device in sections. */
import type { PointView } from '../../ipc/gen/PointView';

export interface Section {
  title: string;
  points: PointView[];
}

/** What it is for, its settings, its diagnostics, and what it asks not to show by default; empty sections are left out. */
export function sections(points: readonly PointView[]): Section[] {
  const seen = points.filter((p) => !p.hidden);
  const all: Section[] = [
    { title: 'Values', points: seen.filter((p) => p.category === 'primary') },
    { title: 'Settings', points: seen.filter((p) => p.category === 'config') },
    { title: 'Diagnostics', points: seen.filter((p) => p.category === 'diagnostic') },
    { title: 'Hidden by the device', points: points.filter((p) => p.hidden) },
  ];
  return all.filter((section) => section.points.length > 0);
}
