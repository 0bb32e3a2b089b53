import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { afterBurst, forget } from "../src/app/afterBurst.ts";

let begun = 0;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  begun += 10_000;
  vi.advanceTimersByTime(begun); // whatever was told before is long ago
});
afterEach(() => vi.useRealTimers());

test("the first change of a burst is told at once, and the rest of it together when it is over", () => {
  const [one, other] = [vi.fn(), vi.fn()];
  afterBurst(one);
  expect(one).not.toHaveBeenCalled(); // but not within the change itself
  vi.advanceTimersByTime(0);
  expect(one).toHaveBeenCalledTimes(1);
  for (let nth = 0; nth < 20; nth++) {
    afterBurst(one);
    afterBurst(other);
    vi.advanceTimersByTime(2);
  }
  expect([one.mock.calls.length, other.mock.calls.length]).toEqual([1, 0]);
  vi.advanceTimersByTime(10);
  expect([one.mock.calls.length, other.mock.calls.length]).toEqual([2, 1]);
  vi.advanceTimersByTime(1_000);
  expect([one.mock.calls.length, other.mock.calls.length]).toEqual([2, 1]);
});

test("who has gone is not told, and does not keep the others waiting", () => {
  const [gone, there] = [vi.fn(), vi.fn()];
  afterBurst(gone);
  forget(gone);
  vi.advanceTimersByTime(1_000);
  expect(gone).not.toHaveBeenCalled();
  afterBurst(gone);
  afterBurst(there);
  forget(gone);
  vi.advanceTimersByTime(0);
  expect([gone.mock.calls.length, there.mock.calls.length]).toEqual([0, 1]);
});

test("a listener that is called back may ask for more", () => {
  let count = 0;
  const again = () => {
    count += 1;
    if (count < 3) afterBurst(again);
  };
  afterBurst(again);
  vi.advanceTimersByTime(0);
  expect(count).toBe(1);
  vi.advanceTimersByTime(100);
  expect(count).toBe(3);
});
