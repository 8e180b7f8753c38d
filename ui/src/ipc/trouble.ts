/** An error of a command, as the window shows it. */

/** Carries the shell's stable code beside its one sentence. */
export class TroubleError extends Error {
  override name = 'TroubleError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whatever a command threw, as an error with a code and a sentence. */
export function asTrouble(problem: unknown): TroubleError {
  if (problem instanceof TroubleError) return problem;
  if (typeof problem === 'string') return new TroubleError('other', problem);
  const { code, message } = (problem ?? {}) as { code?: unknown; message?: unknown };
  return new TroubleError(
    typeof code === 'string' ? code : 'other',
    typeof message === 'string' && message ? message : 'That did not work; try again.',
  );
}
