import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WandboxStandIn } from "../support/WandboxStandIn.ts";
import { expectFits } from "./support/faults.ts";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

/** A program that is run in the way that was chosen for its language: here, at a Wandbox, in whose place a stand-in is, or in OnlineGDB. */
const patience = { timeout: 30_000 };

async function program(one: Person, name: string, text: string): Promise<void> {
  await one.newFile(name);
  await one.page.getByRole("tab", { name }).waitFor();
  await one.page.locator(".monaco-editor .view-lines").first().click();
  await one.page.evaluate((content) => navigator.clipboard.writeText(content), text);
  await one.page.keyboard.press("Control+A");
  await one.page.keyboard.press("Control+V");
  await expect.poll(() => one.text()).toContain(text.split("\n")[0]);
}

/** Chooses for the language of the program in front. */
async function choose({ page }: Person, language: string, way: string): Promise<void> {
  await page.getByRole("button", { name: `How ${language} programs run` }).click();
  await page.getByRole("menuitemradio", { name: way }).click();
  await page.getByRole("menu").waitFor({ state: "detached" });
}

const said = ({ page }: Person) => page.locator("[role=tabpanel]:not([hidden]) .xterm-rows").innerText();
const status = ({ page }: Person) => page.locator("[role=tabpanel]:not([hidden]) [role=status]");
const run = ({ page }: Person, label: string) => page.getByRole("button", { name: label, exact: true });

describe("with a Wandbox that the operator allows", () => {
  let wandbox: WandboxStandIn;
  beforeAll(async () => {
    wandbox = await WandboxStandIn.start();
  });
  afterAll(() => wandbox.stop());
  const { person, wire } = stage(() => ["--wandbox", `${wandbox.url};http://box.invalid/other`]);
  let asks: Person[] = [];
  beforeEach(() => {
    asks = [];
    wandbox.mishaps = [];
    wandbox.asked.length = 0;
    wandbox.sent.length = 0;
    wandbox.outcome = () => ({ status: "0", program_output: "Hello\n", program_message: "Hello\n" });
  });
  afterEach(() => {
    const others = asks.flatMap(({ foreignRequests }) => foreignRequests.splice(0)).map((url) => new URL(url).origin);
    expect(others.filter((origin) => origin !== wandbox.url)).toEqual([]);
    expect(wandbox.toldOfThePage).toEqual([]);
  });
  const host = () => wandbox.url.slice("http://".length);
  const asked = ({ page }: Person) => page.getByRole("dialog", { name: `${host()} reads what it runs` });

  async function someone(name: string): Promise<Person> {
    const one = await person(name);
    asks.push(one);
    return one;
  }

  async function agree(one: Person): Promise<void> {
    await asked(one).getByRole("checkbox").click();
    await asked(one).getByRole("button", { name: "Send and run" }).click();
  }

  test("nothing is asked of it before its dialog was agreed to; what comes of the program is in the panel, its problems in the text, and nobody else sees it", async () => {
    const [ada, bob] = [await someone("Ada"), await someone("Bob")];
    await ada.createRoom(wire().url, "Bridge");
    await bob.join(await ada.copyLink("editor"));
    await program(ada, "util.h", "int twice(int x);\n");
    await program(ada, "main.cpp", '#include "util.h"\nint main() { return twice(x); }\n');
    await choose(ada, "C++", `Wandbox at ${host()}`);
    await ada.page.keyboard.press("Control+Shift+R");
    await asked(ada)
      .getByText(/^3 files, 190 bytes, leave the room's encryption/)
      .waitFor();
    await asked(ada).getByText("main.cpp, util.h, welcome.md").waitFor();
    await asked(ada).getByText("nobody else in the room sees that you ran this").waitFor();
    await asked(ada).getByRole("button", { name: "Cancel" }).click();
    await asked(ada).waitFor({ state: "detached" });
    expect(wandbox.asked).toEqual([]);
    expect(ada.foreignRequests).toEqual([]);
    wandbox.outcome = () => ({
      status: "1",
      compiler_error: "prog.cc:2:27: error: 'x' was not declared in this scope\n",
      compiler_message: "prog.cc:2:27: error: 'x' was not declared in this scope\n",
      program_message: "",
    });
    await run(ada, `Run main.cpp at ${host()}`).click();
    await agree(ada);
    await status(ada).getByText("Exit code 1").waitFor();
    await expect.poll(() => said(ada)).toMatch(/── compiler ──\s+prog\.cc:2:27: error: 'x' was not declared/);
    expect(wandbox.asked).toEqual(["GET /api/list.json", "POST /api/compile.json"]);
    expect(wandbox.sent[0]).toMatchObject({
      code: '#include "util.h"\nint main() { return twice(x); }\n',
      codes: expect.arrayContaining([{ file: "util.h", code: "int twice(int x);\n" }]),
    });
    await status(ada).getByText("only you see this").waitFor();
    await ada.page.locator(".monaco-editor .squiggly-error:visible").waitFor();
    await ada.page.getByRole("button", { name: "error 1 problem" }).click();
    await ada.page.getByRole("menu").getByText("main.cpp:2:27").waitFor();
    await ada.page.keyboard.press("Escape");
    await bob.page.getByRole("button", { name: "Programs", exact: true }).click();
    expect(await bob.page.getByRole("button", { name: "Runs of the room" }).count()).toBe(0);
    const elsewhere = await ada.page.evaluate(
      (url) =>
        fetch(url).then(
          () => "came",
          () => "kept in",
        ),
      `${wandbox.url}/api/permlink/x`,
    );
    expect(elsewhere).toBe("kept in"); // by the page's policy
    expect(wandbox.asked).toHaveLength(2);
  }, 120_000);

  test("the way is remembered for its language alone, with the compiler; input and arguments go along; it runs again on save", async () => {
    const ada = await someone("Ada");
    const { page } = ada;
    await ada.createRoom(wire().url, "Bridge");
    await program(ada, "main.cpp", "int main() {}\n");
    await program(ada, "main.py", "print(input())\n");
    await choose(ada, "Python", `Wandbox at ${host()}`);
    await page.getByRole("button", { name: "Programs", exact: true }).click();
    const form = page.getByRole("form", { name: "What to run, and how" });
    await form.getByText("is asked nothing before you have agreed").waitFor();
    expect(wandbox.asked).toEqual([]);
    await form.getByRole("textbox", { name: "Input" }).fill("Grace\n");
    await form.getByRole("textbox", { name: "Arguments" }).fill('one "and two"');
    await form.getByRole("switch", { name: "Run again on save" }).click();
    await form.getByRole("button", { name: "Run", exact: true }).click();
    await agree(ada);
    await status(ada).getByText("Exit code 0").waitFor();
    await expect.poll(() => said(ada)).toContain("Hello");
    expect(wandbox.sent).toMatchObject([
      { compiler: "cpython-3.13.8", stdin: "Grace\n", "runtime-option-raw": "one\nand two", options: "", save: false },
    ]);
    await form.getByRole("combobox", { name: "Compiler" }).selectOption({ label: "CPython 2.7.18" });
    await page.locator(".monaco-editor .view-lines").first().click();
    await page.keyboard.press("Control+S");
    await expect.poll(() => wandbox.sent.length).toBe(2);
    expect(wandbox.sent[1]!.compiler).toBe("cpython-2.7.18");
    await page.reload();
    await ada.tree.waitFor();
    await run(ada, `Run main.py at ${host()}`).click();
    await status(ada).getByText("Exit code 0").waitFor(); // it was agreed to for good
    expect(wandbox.sent[2]).toMatchObject({ compiler: "cpython-2.7.18", stdin: "Grace\n" });
    await ada.file("main.cpp").click();
    await run(ada, "Run main.cpp").waitFor();
  }, 120_000);

  test("one that does not answer is stopped, and an answer that is none says so in the program's tab", async () => {
    const ada = await someone("Ada");
    const { page } = ada;
    await ada.createRoom(wire().url, "Bridge");
    await program(ada, "main.py", "print(1)\n");
    await choose(ada, "Python", `Wandbox at ${host()}`);
    wandbox.mishaps = [{ status: 503 }];
    await page.keyboard.press("Control+Shift+R");
    await agree(ada);
    await page.getByRole("alert").getByText(`${host()} has a fault of its own (503). Try again later.`).waitFor();
    const runs = async () => {
      await run(ada, `Run main.py at ${host()}`).click();
      await expect.poll(() => wandbox.mishaps.length, patience).toBe(0);
    };
    await runs();
    await status(ada).getByText("Exit code 0").waitFor();
    await page.getByRole("region", { name: "Programs", exact: true }).getByRole("alert").waitFor({ state: "detached" });
    wandbox.mishaps = [{ silent: true }];
    const givenUp = wandbox.givenUp;
    await runs();
    await status(ada).getByText(`${host()} compiles and runs it`).waitFor();
    await page.locator("[role=tabpanel]:not([hidden])").getByRole("button", { name: "Stop" }).click();
    await page.getByRole("tab", { name: "main.py stopped" }).waitFor();
    await expect.poll(() => wandbox.givenUp).toBe(givenUp + 1);
    wandbox.mishaps = [{ body: "<html>" }];
    await page.locator("[role=tabpanel]:not([hidden])").getByRole("button", { name: "Run it again" }).click();
    await status(ada).getByText("answered with something that is no JSON.").waitFor();
    wandbox.outcome = () => ({ signal: "Killed", program_message: "half\n" });
    await runs();
    await status(ada).getByText("Ended by a signal: Killed").waitFor();
    await expect.poll(() => said(ada)).toContain("half");
  }, 120_000);

  test.each([
    ["light", 1280],
    ["dark", 390],
  ] as const)(
    "the ways to run, %s, %i px wide, have no serious fault that axe finds and never scroll sideways",
    async (colorScheme, width) => {
      const ada = await someone("Ada");
      const { page } = ada;
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await ada.createRoom(wire().url, "Study group");
      await program(ada, "main.cpp", "int main() {}\n");
      await page.setViewportSize({ width, height: 800 });
      await page.getByRole("button", { name: "How C++ programs run" }).click();
      await page.getByRole("menuitemradio", { name: "OnlineGDB" }).waitFor();
      await expectFits(page, "ways");
      await page.getByRole("menuitemradio", { name: `Wandbox at ${host()}` }).click();
      await page.getByRole("button", { name: "Programs", exact: true }).click();
      await page.getByRole("form", { name: "What to run, and how" }).waitFor();
      await expectFits(page, "form before it was agreed to");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await asked(ada).waitFor();
      await expectFits(page, "what is sent");
      await agree(ada);
      await status(ada).getByText("Exit code 0").waitFor();
      await expectFits(page, "ended");
      if (width < 720) await page.getByRole("button", { name: "What to run, and how" }).click();
      await page.getByRole("combobox", { name: "Compiler" }).waitFor();
      await expectFits(page, "form with compilers");
    },
    120_000,
  );
});

describe("without a Wandbox", () => {
  const { person, wire } = stage();
  const gdb = "https://www.onlinegdb.com";

  /** Another company's page, as far as this test needs one. */
  async function onlineGdb({ context }: Person): Promise<void> {
    await context.route(`${gdb}/**`, (route) =>
      route.fulfill({ contentType: "text/html", body: "<title>GDB</title>" }),
    );
  }

  async function opened(one: Person, press: () => Promise<void>): Promise<Page> {
    const [page] = await Promise.all([one.context.waitForEvent("page"), press()]);
    await page.waitForURL(/./);
    expect(one.foreignRequests.splice(0).filter((url) => !url.startsWith(gdb))).toEqual([]);
    return page;
  }

  test("a program is copied and its page at OnlineGDB opened, which learns nothing of this one; that is asked once", async () => {
    const ada = await person("Ada");
    await onlineGdb(ada);
    await ada.createRoom(wire().url, "Bridge");
    await program(ada, "other.txt", "no program\n");
    await program(ada, "main.cpp", "int main() {}\n");
    await choose(ada, "C++", "OnlineGDB");
    await ada.page.keyboard.press("Control+Shift+R");
    const asked = ada.page.getByRole("dialog", { name: "OnlineGDB is another company's page" });
    await asked.getByText(`${gdb}/online_c++_compiler`).waitFor();
    await asked.getByRole("button", { name: "Cancel" }).click();
    await ada.page.evaluate(() => navigator.clipboard.writeText("before"));
    expect(ada.context.pages()).toHaveLength(1);
    await run(ada, "Open main.cpp in OnlineGDB").click();
    const first = await opened(ada, () => asked.getByRole("button", { name: "Copy and open" }).click());
    expect(first.url()).toBe(`${gdb}/online_c++_compiler`);
    expect(await first.evaluate(() => [opener, document.referrer])).toEqual([null, ""]);
    await first.close();
    await ada.page.getByText("main.cpp is copied: paste it in the tab of onlinegdb.com").waitFor();
    expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe("int main() {}\n");
    await ada.page.reload();
    await ada.tree.waitFor();
    const again = await opened(ada, () => run(ada, "Open main.cpp in OnlineGDB").click());
    await again.close();
    expect(await asked.count()).toBe(0);
    expect(await ada.page.getByRole("region", { name: "Programs", exact: true }).count()).toBe(0);
  }, 120_000);

  test("where runs are switched off that is said, and the ways that are left are offered", async () => {
    const ada = await person("Ada");
    await onlineGdb(ada);
    await ada.createRoom(wire().url, "Bridge");
    await program(ada, "main.py", "print(1)\n");
    await ada.choose("People and rules");
    await ada.page.getByRole("switch", { name: "Running code" }).click();
    await ada.page.keyboard.press("Escape");
    await ada.page.keyboard.press("Control+Shift+R");
    const refused = ada.page.getByRole("region", { name: "Programs", exact: true }).getByRole("alert");
    await refused.getByText("Running code is switched off in this room.").waitFor();
    expect(await refused.getByRole("button").allTextContents()).toEqual([
      "Download main.py as a run package",
      "Open main.py in OnlineGDB",
      "Close",
    ]);
    await refused.getByRole("button", { name: "Open main.py in OnlineGDB" }).click();
    const page = await opened(ada, () => ada.page.getByRole("button", { name: "Copy and open" }).click());
    expect(page.url()).toBe(`${gdb}/online_python_compiler`);
    await page.close();
    await run(ada, "Run main.py").waitFor(); // nothing else was chosen
    await ada.page.getByRole("button", { name: "How Python programs run" }).click();
    const wandbox = ada.page.getByRole("menuitemradio", { name: "Wandbox" });
    await wandbox.getByText("Whoever runs it can allow one: coterie serve --wandbox URL.").waitFor();
    expect(await wandbox.isDisabled()).toBe(true);
  }, 120_000);
});
