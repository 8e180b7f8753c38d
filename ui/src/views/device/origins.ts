/** Where a point's condition comes from, in words. */
import type { ConditionOrigin } from '../../ipc/gen/ConditionOrigin';

/** `by the rule “All freezers”`, `usual: Smoke`, `set here, instead of the rule “All freezers”`. */
export function originWords(origin: ConditionOrigin, off: boolean): string {
  const below = origin.by_rule ? `the rule “${origin.name}”` : `the usual one`;
  if (origin.own) {
    const does = off ? 'switched off here' : 'set here';
    return origin.below ? `${does}, instead of ${below}` : does;
  }
  if (origin.by_rule) return `by the rule “${origin.name}”`;
  return origin.name ? `usual: ${origin.name}` : 'usual';
}
