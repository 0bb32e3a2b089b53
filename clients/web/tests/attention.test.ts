import { afterEach, beforeEach, expect, test } from "vitest";
import { Attention } from "../src/room/Attention.ts";

class Screen extends EventTarget {
  hidden = false;
}

let page: EventTarget;
let screen: Screen;
let said: { away?: boolean; idle?: boolean }[];
let attention: Attention;
let end: () => void;
const now = () => said.at(-1);

beforeEach(() => {
  page = new EventTarget();
  screen = new Screen();
  said = [];
  attention = new Attention({ move: (part) => said.push(part) }, 40, page, screen);
  end = attention.begin();
});
afterEach(() => end());

test("one is idle some time after the last sign of a hand, and no more with the next", async () => {
  expect(said).toEqual([]);
  await expect.poll(now).toEqual({ away: false, idle: true });
  page.dispatchEvent(new Event("pointermove"));
  expect(now()).toEqual({ away: false, idle: false });
  await expect.poll(now).toEqual({ away: false, idle: true });
  page.dispatchEvent(new Event("keydown"));
  expect(said.map(({ idle }) => idle)).toEqual([true, false, true, false]);
});

test("one is away while the page is hidden, and while one said so", () => {
  screen.hidden = true;
  screen.dispatchEvent(new Event("visibilitychange"));
  expect(now()).toEqual({ away: true, idle: false });
  attention.sayAway(true);
  screen.hidden = false;
  screen.dispatchEvent(new Event("visibilitychange"));
  expect(now()).toEqual({ away: true, idle: false });
  page.dispatchEvent(new Event("pointermove"));
  expect(now()?.away).toBe(true);
  attention.sayAway(false);
  expect(now()).toEqual({ away: false, idle: false });
});

test("nothing is said once it ended", async () => {
  end();
  await new Promise((resolve) => setTimeout(resolve, 100));
  screen.dispatchEvent(new Event("visibilitychange"));
  expect(said).toEqual([]);
});
