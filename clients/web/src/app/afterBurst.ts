/** What changes in bursts is laid out at most so often, the first change of a burst at once. */
const BURST_MS = 50;

const waiting = new Set<() => void>();
let toldAt = Number.NEGATIVE_INFINITY;
let due = false;

/** Calls back when the burst that is going on is over, once for many calls and all of them in one task, which React draws together. */
export function afterBurst(listener: () => void): void {
  waiting.add(listener);
  if (due) return;
  due = true;
  setTimeout(tell, Math.max(0, toldAt + BURST_MS - performance.now()));
}

/** No longer. */
export function forget(listener: () => void): void {
  waiting.delete(listener);
}

function tell(): void {
  due = false;
  toldAt = performance.now();
  const listeners = [...waiting];
  waiting.clear();
  for (const listener of listeners)
    try {
      listener();
    } catch (error) {
      reportError(error); // the others are told all the same
    }
}
