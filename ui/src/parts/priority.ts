/** Priorities: order, shape, number, word. The number and shape stand beside the colour, never the colour alone. */
import type { Priority } from '../ipc/gen/Priority';

/** Highest first, as the counts of `AlarmsView` come. */
export const PRIORITIES: readonly Priority[] = ['critical', 'high', 'medium', 'low', 'diagnostic'];

const LOOKS: Record<Priority, { shape: string; word: string }> = {
  critical: { shape: '■', word: 'critical' },
  high: { shape: '▲', word: 'high' },
  medium: { shape: '◆', word: 'medium' },
  low: { shape: '●', word: 'low' },
  diagnostic: { shape: '○', word: 'diagnostic' },
};

/** 1 for critical … 5 for diagnostic. */
export function rank(priority: Priority): number {
  return PRIORITIES.indexOf(priority) + 1;
}

export function priorityShape(priority: Priority): string {
  return LOOKS[priority].shape;
}

export function priorityWord(priority: Priority): string {
  return LOOKS[priority].word;
}
