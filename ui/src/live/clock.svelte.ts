/** The window's clock: ticks each second while the window is visible, so that "12 s ago" stays true. */

class Clock {
  /** Now in µs since the epoch, to the second. */
  now = $state.raw(Date.now() * 1000);
}

export const clock = new Clock();

/** Starts the ticking; answers a function that stops it. */
export function startClock(): () => void {
  const tick = () => {
    if (!document.hidden) clock.now = Date.now() * 1000;
  };
  const timer = setInterval(tick, 1000);
  document.addEventListener('visibilitychange', tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tick);
  };
}
