import { expect, test } from "vitest";
import { expectFits, faults } from "./support/faults.ts";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

/** People who run programs of their room on the real server, in its real sandbox, and watch one another's. */
const { person: comes, wire } = stage();
/** A program is compiled and run on a machine that has other things to do. */
const patience = { timeout: 30_000 };

async function person(name: string): Promise<Person> {
  const one = await comes(name);
  one.context.setDefaultTimeout(patience.timeout);
  return one;
}

const greeting = `name = input("Who are you? ")
print("Hello,", name)
raise SystemExit(3 if name == "nobody" else 0)
`;
const endless = `import time
while True:
    print("tick", flush=True)
    time.sleep(0.2)
`;

const wide = `import os
for nth in range(9):
    input()
    print((str(nth) + ".") * (os.get_terminal_size().columns // 2))
`;

/** Makes a file and puts this text into it. */
async function program(one: Person, name: string, text: string): Promise<void> {
  await one.newFile(name);
  await one.page.getByRole("tab", { name }).waitFor();
  await one.page.locator(".monaco-editor .view-lines").first().click();
  await one.page.evaluate((content) => navigator.clipboard.writeText(content), text);
  await one.page.keyboard.press("Control+A");
  await one.page.keyboard.press("Control+V");
  await expect.poll(() => one.text()).toContain(text.split("\n")[0]);
}

/** Agrees to what goes along, once for the room. */
async function agree({ page }: Person): Promise<void> {
  const asked = page.getByRole("dialog", { name: "The server reads what it runs" });
  await asked.getByText(wire().url).waitFor();
  await asked.getByRole("checkbox", { name: "Do not ask again in this room" }).click();
  await asked.getByRole("button", { name: "Run" }).click();
}

/** What the terminal in front shows. */
const said = ({ page }: Person) => page.locator("[role=tabpanel]:not([hidden]) .xterm-rows").innerText();

async function twoOfThem(): Promise<[Person, Person]> {
  const [ada, bob] = [await person("Ada"), await person("Bob")];
  await ada.createRoom(wire().url, "Bridge");
  await bob.join(await ada.copyLink("editor"));
  return [ada, bob];
}

test("one runs a program and types into it, the other watches, and both read how it ended", async () => {
  const [ada, bob] = await twoOfThem();
  await program(bob, "main.py", greeting);
  await bob.page.keyboard.press("Control+Shift+R");
  await agree(bob);
  await expect.poll(() => said(bob), patience).toContain("Who are you?");
  await ada.page.getByRole("button", { name: "Programs: 1 running" }).click();
  await ada.page.getByText("A program runs:").waitFor();
  await ada.page.getByRole("button", { name: "main.py, run by Bob: watch" }).click();
  await ada.page.getByText("Bob runs this; you may type, too").waitFor(); // she owns the room
  await expect.poll(() => said(ada), patience).toContain("Who are you?");
  await bob.page.keyboard.type("nobody");
  await expect.poll(() => said(ada), patience).toContain("Who are you? nobody");
  await bob.page.keyboard.press("Enter");
  for (const one of [ada, bob]) {
    await one.page.getByText("Exit code 3").waitFor();
    await expect.poll(() => said(one)).toContain("Hello, nobody");
  }
  await bob.page.getByRole("button", { name: "Run it again" }).click();
  await bob.page.getByRole("tab", { name: /main\.py running/ }).waitFor();
  await expect.poll(() => said(bob), patience).toContain("Who are you?");
  await bob.page.keyboard.press("Control+C");
  await bob.page.getByText("KeyboardInterrupt").waitFor();
}, 120_000);

test("who reloads the page in the midst of a run goes on with it, its end is signed all the same, and the next one takes its tab", async () => {
  const [ada, bob] = await twoOfThem();
  await program(bob, "main.py", greeting);
  await bob.page.keyboard.press("Control+Shift+R");
  await agree(bob);
  await expect.poll(() => said(bob), patience).toContain("Who are you?");
  await bob.page.reload();
  await bob.page.getByRole("button", { name: "Programs: 1 running" }).click();
  await bob.page.getByRole("button", { name: "main.py, yours: go on with it" }).click();
  await expect.poll(() => said(bob), patience).toContain("Who are you?");
  await bob.page.getByRole("button", { name: "Stop", exact: true }).waitFor();
  await bob.page.locator("[role=tabpanel]:not([hidden]) .xterm-helper-textarea").focus();
  await bob.page.keyboard.type("Bob");
  await expect.poll(() => said(bob), patience).toContain("Who are you? Bob");
  await bob.page.keyboard.press("Enter");
  await bob.page.getByText("Exit code 0").waitFor();
  await bob.page.getByRole("button", { name: "Receipt" }).waitFor();
  await ada.page.getByRole("button", { name: "Programs", exact: true }).waitFor(); // none is running any more
  await bob.page.getByRole("button", { name: "Run it again" }).click();
  await bob.page.getByRole("tab", { name: /main\.py running/ }).waitFor();
  expect(await bob.page.getByRole("tablist", { name: "Runs" }).getByRole("tab").count()).toBe(1);
}, 120_000);

test("who watches has lines as long as who began it, however narrow their window is", async () => {
  const [ada, bob] = await twoOfThem();
  await ada.page.setViewportSize({ width: 700, height: 700 });
  await bob.page.setViewportSize({ width: 1500, height: 900 });
  await program(bob, "wide.py", wide);
  await bob.page.keyboard.press("Control+Shift+R");
  await agree(bob);
  await bob.page.getByRole("tab", { name: "wide.py running" }).waitFor();
  await bob.page.locator(".xterm-helper-textarea:focus").waitFor({ state: "attached" });
  await bob.page.keyboard.press("Enter"); // by then its terminal has the size that it has here
  await expect.poll(() => said(bob), patience).toContain("0.");
  const line = (await said(bob))
    .split("\n")
    .find((each) => each.startsWith("0"))!
    .trim();
  expect(line.length).toBeGreaterThan(90);
  await ada.page.getByRole("button", { name: "Programs: 1 running" }).click();
  await ada.page.getByRole("button", { name: "Runs of the room" }).click();
  await ada.page.getByRole("menuitem", { name: /wide\.py.*Bob/ }).click();
  await expect.poll(async () => (await said(ada)).split("\n").map((each) => each.trim()), patience).toContain(line);
  await bob.page.setViewportSize({ width: 1000, height: 900 });
  await bob.page.keyboard.press("Enter");
  await expect.poll(() => said(bob), patience).toContain("1.");
  const shorter = (await said(bob))
    .split("\n")
    .find((each) => each.startsWith("1"))!
    .trim();
  expect(shorter.length).toBeLessThan(line.length);
  await expect.poll(async () => (await said(ada)).split("\n").map((each) => each.trim()), patience).toContain(shorter);
}, 120_000);

test("a program is stopped by its button, by its next run, and by the owner who switches runs off", async () => {
  const [ada, bob] = await twoOfThem();
  await program(bob, "main.py", endless);
  await bob.page.getByRole("button", { name: "Run main.py", exact: true }).click();
  await agree(bob);
  await expect.poll(() => said(bob), patience).toContain("tick");
  await bob.page.getByRole("button", { name: "Stop", exact: true }).click();
  await bob.page.getByRole("tab", { name: "main.py stopped" }).waitFor();
  await bob.page.keyboard.press("Control+Shift+R");
  await bob.page.getByRole("tab", { name: "main.py running" }).waitFor();
  await bob.page.keyboard.press("Control+Shift+R");
  await bob.page.getByRole("button", { name: "Runs of the room" }).click();
  await expect.poll(() => bob.page.getByRole("menuitem", { name: "Stopped" }).count(), patience).toBe(2);
  await bob.page.keyboard.press("Escape");
  await bob.page.getByRole("tab", { name: "main.py running" }).waitFor();
  expect(await bob.page.getByRole("tablist", { name: "Runs" }).getByRole("tab").count()).toBe(1);
  await ada.choose("People and rules");
  await ada.page.getByRole("switch", { name: "Running code" }).click();
  await bob.page.getByRole("tab", { name: "main.py stopped" }).waitFor();
  await bob.page.keyboard.press("Control+Shift+R");
  await bob.page.getByRole("alert").getByText("An owner has switched off running code in this room.").waitFor();
}, 120_000);

test("a program without a terminal reads what was written down for it, and a language that is not installed says what to do", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Bridge");
  await program(ada, "main.py", greeting);
  await ada.page.getByRole("button", { name: "Programs", exact: true }).click();
  const form = ada.page.getByRole("form", { name: "What to run, and how" });
  await form.getByRole("switch", { name: "Run in a terminal" }).click();
  await form.getByRole("textbox", { name: "Input" }).fill("Grace\n");
  await form.getByRole("button", { name: "Run", exact: true }).click();
  await agree(ada);
  await ada.page.getByText("Exit code 0").waitFor();
  await expect.poll(() => said(ada)).toContain("Hello, Grace");
  await ada.page.getByRole("button", { name: "Receipt" }).click();
  await ada.page.getByRole("button", { name: "Run it again and compare" }).click();
  await ada.page.getByText("it said the same as the run of").waitFor();
  expect(await ada.page.getByRole("tab", { name: "main.py exit 0" }).count()).toBe(2);
  await ada.page.locator("[role=tabpanel]:not([hidden])").getByRole("button", { name: "Receipt" }).click();
  const receipt = ada.page.getByRole("dialog", { name: "Receipt" });
  await receipt.getByText("The server told this page the same.").waitFor();
  await receipt.getByText("the very same; it said the same").waitFor();
  await receipt.getByText("main.py", { exact: false }).first().waitFor();
  await ada.page.keyboard.press("Escape");
  await ada.page.route("**/run", async (route) => {
    const site = await (await route.fetch()).json();
    const languages = site.languages.map((language: { id: string }) =>
      language.id === "ruby" ? { ...language, installed: false, install: "apt-get install ruby" } : language,
    );
    await route.fulfill({ json: { ...site, languages } });
  });
  await ada.page.reload();
  await ada.tree.waitFor();
  await program(ada, "main.rb", "puts 1\n");
  await ada.page.getByRole("button", { name: "Run main.rb", exact: true }).click();
  await ada.page.getByRole("button", { name: "Run main.rb", exact: true }).click(); // its input is asked for first
  await ada.page.getByRole("alert").getByText("Whoever runs it installs it so: apt-get install ruby").waitFor();
}, 120_000);

test("what a real Python complains of is marked in the text, listed, and leads to its place", async () => {
  const ada = await person("Ada");
  const { page } = ada;
  await ada.createRoom(wire().url, "Bridge");
  await program(ada, "util.py", "def half(x):\n    return x / 2\n");
  await program(ada, "main.py", 'import util\n\nprint(util.half("ten"))\n');
  await page.keyboard.press("Control+Shift+R");
  await agree(ada);
  await page.getByText("Exit code 1").waitFor();
  expect(await faults(page)).toEqual([]);
  await page.getByRole("button", { name: "error 1 problem" }).click();
  const list = page.getByRole("menu", { name: "error 1 problem" });
  await list.getByText("TypeError: unsupported operand type(s) for /: 'str' and 'int'").waitFor();
  expect(await faults(page)).toEqual([]);
  await list.getByText("util.py:2").click();
  await page.getByRole("tab", { name: "util.py", selected: true }).waitFor();
  await page.locator(".monaco-editor .squiggly-error:visible").waitFor();
  await page.keyboard.press("End");
  await page.keyboard.type(" # here");
  await expect.poll(() => ada.text()).toContain("return x / 2 # here");
}, 120_000);

test.each([
  ["light", 1280],
  ["dark", 390],
] as const)(
  "the programs, %s, %i px wide, have no serious fault that axe finds and never scroll sideways",
  async (colorScheme, width) => {
    const ada = await person("Ada");
    const { page } = ada;
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await ada.createRoom(wire().url, "Study group");
    await ada.newFile("main.py");
    await page.setViewportSize({ width, height: 800 });
    await page.locator(".monaco-editor .view-lines").first().click();
    await page.keyboard.type("print(input())");
    await page.getByRole("button", { name: "Programs", exact: true }).click();
    await page.getByRole("form", { name: "What to run, and how" }).waitFor();
    await expectFits(page, "form");
    await page.getByRole("button", { name: "Run main.py", exact: true }).click();
    await page.getByRole("dialog", { name: "The server reads what it runs" }).waitFor();
    await expectFits(page, "what goes along");
    await agree(ada);
    await page.getByRole("tab", { name: "main.py running" }).waitFor();
    await expectFits(page, "running");
    await page.keyboard.type("x");
    await page.keyboard.press("Enter");
    await page.getByText("Exit code 0").waitFor();
    await expectFits(page, "ended");
    await page.getByRole("button", { name: "Receipt" }).click();
    await page.getByRole("dialog", { name: "Receipt" }).waitFor();
    await expectFits(page, "receipt");
  },
  120_000,
);
