/** A change to one condition that somebody was advised to make, from the address of the point's page. */
import type { Condition } from '../../ipc/gen/Condition';

export interface Proposal {
  /** The condition: `hi`, `rate`, … */
  kind: string;
  /** In the point's unit as sent. */
  deadband?: number;
  /** Seconds. */
  on_delay?: number;
  /** Seconds. */
  off_delay?: number;
}

const SECOND = 1_000_000;
const KEYS = ['deadband', 'on_delay', 'off_delay'] as const;

/** Reads `?limits=hi&deadband=0.5`; none where it makes no sense. */
export function readProposal(query: URLSearchParams): Proposal | undefined {
  const kind = query.get('limits') ?? '';
  if (!/^[a-z_]{1,30}$/.test(kind)) return undefined;
  const proposal: Proposal = { kind };
  for (const key of KEYS) {
    const value = Number(query.get(key) ?? NaN);
    if (Number.isFinite(value) && value >= 0 && (key === 'deadband' || value <= 86_400)) proposal[key] = value;
  }
  return Object.keys(proposal).length > 1 ? proposal : undefined;
}

/** The conditions with the change; it is the person's own from then on. */
export function withProposal(conditions: readonly Condition[], proposal: Proposal): Condition[] {
  return conditions.map((condition) =>
    condition.kind === proposal.kind
      ? {
          ...condition,
          ...(proposal.deadband === undefined ? {} : { deadband: proposal.deadband }),
          ...(proposal.on_delay === undefined ? {} : { on_delay: Math.round(proposal.on_delay * SECOND) }),
          ...(proposal.off_delay === undefined ? {} : { off_delay: Math.round(proposal.off_delay * SECOND) }),
          default: false,
        }
      : condition,
  );
}
