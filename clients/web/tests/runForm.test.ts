import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { formIn, givenTo, plainForm, withGiven } from "../src/room/runs/runForm.ts";
import { RunStage } from "./room/RunStage.ts";

const stage = new RunStage();
let page: Page;
beforeEach(() => {
  page = stage.page;
});

const form = () => page.getByRole("form", { name: "What to run, and how" });

test("what fifty programs were given is remembered, the oldest of more is not, and what is none is nothing", () => {
  let form = plainForm;
  for (let nth = 0; nth <= 50; nth++) form = { ...form, given: withGiven(form, `${nth}`, { input: `${nth}` }) };
  form = { ...form, given: withGiven(form, "1", { arguments: "again" }) };
  const kept = formIn(JSON.stringify(form));
  expect(Object.keys(kept.given)).toHaveLength(50);
  expect(givenTo(kept, "0")).toEqual({ arguments: "", input: "" });
  expect(givenTo(kept, "1")).toEqual({ arguments: "again", input: "1" });
  expect(formIn('{"given":{"a":7,"b":{"input":""},"c":null}}').given).toEqual({});
  expect(formIn('{"given":null}').given).toEqual({});
});

test.each([
  ["wide", 1_000],
  ["narrow", 390],
])(
  "the first run begins in the size that its terminal then has, %s, also where the form stood beside",
  async (_, width) => {
    await page.setViewportSize({ width, height: 640 });
    await stage.inFront("main.py", "1");
    await page.evaluate(() => window.lab.runs.toggle());
    await form().getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Run" }).click();
    await page.waitForFunction(() => window.lab.company.hub.runs.runs.size > 0);
    await page.evaluate(() => window.lab.company.hub.runs.newest.begin());
    await stage.say("ready");
    await expect.poll(() => stage.shown()).toContain("ready");
    await page.keyboard.type("x");
    await expect.poll(() => stage.typed()).toBe("x"); // behind what was told of the size
    const { begun, told } = await page.evaluate(() => {
      const { order, commands } = window.lab.company.hub.runs.newest;
      return { begun: order.terminal, told: commands.filter(({ kind }) => kind === 2) };
    });
    expect(told.map(({ columns, rows }: Record<string, unknown>) => ({ columns, rows }))).toEqual([begun]);
    expect(begun).not.toEqual({ columns: 80, rows: 24 });
  },
  90_000,
);

test("each program keeps what it is given for itself", async () => {
  await stage.inFront("main.py", "1");
  await page.evaluate(() => window.lab.make(["other.py"]));
  await page.evaluate(() => window.lab.runs.toggle());
  const words = form().getByRole("textbox", { name: "Arguments" });
  const input = form().getByRole("textbox", { name: "Input" });
  await form().getByText("It runs in the room's root folder").waitFor();
  await form().getByRole("switch", { name: "Run in a terminal" }).click();
  await words.fill("one");
  await input.fill("Ada");
  const program = form().getByRole("combobox", { name: "Program" });
  await program.selectOption({ label: "other.py" });
  expect([await words.inputValue(), await input.inputValue()]).toEqual(["", ""]);
  await words.fill("two");
  await program.selectOption({ label: "main.py" });
  expect([await words.inputValue(), await input.inputValue()]).toEqual(["one", "Ada"]);
  await form().getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Run" }).click();
  await page.waitForFunction(() => window.lab.company.hub.runs.runs.size === 1);
  expect(await page.evaluate(() => window.lab.company.hub.runs.newest.order.arguments)).toEqual(["one"]);
  const kept = await page.evaluate(() => Object.values(window.lab.runs.form.get().given));
  expect(kept).toEqual([
    { arguments: "one", input: "Ada" },
    { arguments: "two", input: "" },
  ]);
}, 90_000);

test("of many files that go along each one can be seen before", async () => {
  await stage.inFront("main.py", "1");
  await page.evaluate(() => window.lab.make(Array.from({ length: 47 }, (_, nth) => `data-${nth}.txt`)));
  await page.getByRole("button", { name: "Run main.py", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("48 files").first().waitFor();
  const last = dialog.getByRole("listitem").filter({ hasText: "data-46.txt" });
  expect(await last.isVisible()).toBe(false);
  await dialog.getByText("All 48 files").click();
  await last.scrollIntoViewIfNeeded();
  expect(await dialog.getByRole("listitem").count()).toBe(48);
  await page.keyboard.press("Escape");
  expect(await page.evaluate(() => window.lab.company.hub.runs.lines.size)).toBe(0);
}, 90_000);

test("the list of the room's runs says which of them wait, and for how many", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(() => window.lab.company.hub.runs.newest.tell({ kind: 1, ahead: 2 }));
  await page.getByRole("button", { name: "Runs of the room" }).click();
  const item = page.getByRole("menuitem", { name: /main\.py/ });
  await item.filter({ hasText: "waiting: 2 ahead of it" }).waitFor();
  await page.evaluate(() => window.lab.company.hub.runs.newest.tell({ kind: 1, ahead: 0 }));
  await item.filter({ hasText: "waiting: it is the next" }).waitFor();
  await page.evaluate(() => window.lab.company.hub.runs.newest.begin());
  await item.filter({ hasText: "running" }).waitFor();
}, 90_000);
