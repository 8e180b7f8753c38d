/**
 * Asks again and again, one question at a time: a slow answer delays the next question instead of piling up. A hidden
 * window asks nothing. Answers a function that stops it.
 */
export function poll(ask: () => Promise<void>, everyMs: number): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;

  const run = async () => {
    timer = undefined;
    if (stopped || asking || document.hidden) return;
    asking = true;
    try {
      await ask();
    } finally {
      asking = false;
      if (!stopped && !document.hidden) timer = setTimeout(() => void run(), everyMs);
    }
  };
  const woke = () => {
    if (document.hidden) {
      clearTimeout(timer);
      timer = undefined;
    } else if (timer === undefined) void run();
  };
  document.addEventListener('visibilitychange', woke);
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', woke);
  };
}
