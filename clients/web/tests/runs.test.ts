import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { RunStage } from "./room/RunStage.ts";

const stage = new RunStage();
let page: Page;
beforeEach(() => {
  page = stage.page;
});

test("a program runs in a terminal that has the keyboard, and its end is said in a line of its own", async () => {
  await stage.inFront("main.py", "print(input())");
  await stage.run();
  expect(await page.evaluate(() => window.lab.company.hub.runs.newest.order.files.map(({ path }) => path))).toEqual([
    "main.py",
  ]);
  await page.evaluate(() => window.lab.company.hub.runs.newest.begin());
  await stage.say("\u001b[31mWho?\u001b[0m ");
  await expect.poll(() => stage.shown()).toContain("Who?");
  await page.keyboard.type("Ada");
  await page.keyboard.press("Control+C");
  await expect.poll(() => stage.typed()).toBe("Ada\u0003");
  await page.evaluate(() => window.lab.company.hub.runs.newest.end({ exitCode: 2, flags: 2 }));
  await page.getByText("Exit code 2").waitFor();
  await page.getByText("the rest of its output was left out").waitFor();
  await page.getByRole("tab", { name: "main.py exit 2" }).waitFor();
}, 90_000);

test("what goes along is said once, and nothing leaves the room where the answer is no", async () => {
  await stage.inFront("main.py", "print(1)");
  await page.evaluate(() => window.lab.make(["data.txt"]));
  await page.getByRole("button", { name: "Run main.py", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "The server reads what it runs" });
  await dialog.getByText("2 files, 8 bytes, go to http://hub.test").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await page.evaluate(() => window.lab.company.hub.runs.lines.size)).toBe(0);
  await page.keyboard.press("Control+Shift+R");
  await dialog.getByText("Do not ask again").click();
  await dialog.getByRole("button", { name: "Run" }).click();
  await page.waitForFunction(() => window.lab.company.hub.runs.runs.size === 1);
  await page.getByRole("tab", { name: "main.py queued", exact: true }).waitFor();
  await page.evaluate(() => window.lab.company.hub.runs.newest.tell({ kind: 1, ahead: 2 }));
  await page.getByText("Waiting: 2 runs are ahead of it").waitFor();
  await page.getByRole("tab", { name: "main.py queued 2" }).waitFor();
  await page.keyboard.press("Control+Shift+R");
  await page.waitForFunction(() => window.lab.company.hub.runs.runs.size === 2);
  const stopped = () => page.evaluate(() => [...window.lab.company.hub.runs.runs.values()][0]!.commands.at(-1)?.kind);
  await expect.poll(stopped).toBe(3); // the one that ran is stopped
  await page.reload();
  await page.waitForFunction(() => window.lab !== undefined);
}, 90_000);

test("without a terminal the input is asked for first, and the words of a line go along", async () => {
  await stage.inFront("main.py", "print(input())");
  await page.evaluate(() => window.lab.runs.change({ direct: false }));
  await page.getByRole("button", { name: "Run main.py", exact: true }).click();
  const form = page.getByRole("form", { name: "What to run, and how" });
  await form.getByRole("textbox", { name: "Input" }).fill("Ada\n");
  await form.getByRole("textbox", { name: "Arguments" }).fill(`one "two words" 'it''s' a\\ b`);
  await form.getByRole("textbox", { name: "Input" }).press("Control+Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Run" }).click();
  await page.waitForFunction(() => window.lab.company.hub.runs.runs.size === 1);
  const order = await page.evaluate(() => {
    const { order } = window.lab.company.hub.runs.newest;
    return { ...order, input: new TextDecoder().decode(order.input) };
  });
  expect(order).toMatchObject({ input: "Ada\n", arguments: ["one", "two words", "its", "a b"] });
  expect(order.terminal).toBeUndefined();
  await stage.say("one\ntwo\n");
  await expect.poll(() => stage.shown()).toMatch(/^one *\ntwo/);
  await page.locator(".xterm-helper-textarea").first().focus();
  await page.keyboard.type("x");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.closest(".monaco-editor") != null);
  expect(await stage.typed()).toBe("");
}, 90_000);

test("a language that is not installed, a policy that is off, and a server without runs say what to do", async () => {
  await stage.inFront("main.rs", "fn main() {}");
  await page.getByRole("button", { name: "Run main.rs", exact: true }).click();
  await page
    .getByRole("alert")
    .getByText("Rust is not installed on this server. Whoever runs it installs it so: apt-get install rustc")
    .waitFor();
  await page.evaluate(async () => {
    const { lab } = window;
    await lab.ada.powers.switch("runs", false);
    await lab.until(() => !lab.bob.view.get().allows.runs, "Bob knows");
  });
  await page.keyboard.press("Control+Shift+R");
  await page.getByRole("alert").getByText("An owner has switched off running code in this room.").waitFor();
  const described = page.getByRole("button", { name: "Run main.rs", exact: true });
  expect(await described.getAttribute("aria-description")).toMatch(/switched off/);
  await page.evaluate(async () => {
    const { lab } = window;
    await lab.ada.powers.switch("runs", true);
    await lab.until(() => lab.bob.view.get().allows.runs, "Bob knows");
  });
  expect(await page.evaluate(() => window.lab.company.hub.runs.lines.size)).toBe(0);
  await page.route("**/run", (route) => route.fulfill({ status: 404 }));
  await page.reload();
  await page.waitForFunction(() => window.lab !== undefined);
  await stage.inFront("main.rs", "fn main() {}");
  await page.keyboard.press("Control+Shift+R");
  await page.getByRole("alert").getByText("This server runs no programs.").waitFor();
}, 90_000);

test("others' runs are watched in the same panel, and typed in once they are shared", async () => {
  await stage.inFront("notes.txt", "");
  await page.evaluate(async () => {
    const { lab } = window;
    const files = [{ path: "ada.py", bytes: new TextEncoder().encode("1") }];
    const order = { language: "python", entry: "ada.py", arguments: [], input: new Uint8Array(0), files };
    const live = await lab.ada.runs.start({ ...order, terminal: { columns: 80, rows: 24 } });
    await lab.until(() => lab.company.hub.runs.runs.size === 1, "it runs");
    lab.company.hub.runs.newest.begin();
    lab.company.hub.runs.newest.say("from the beginning\r\n");
    await lab.until(() => lab.bob.runs.view.get().length === 1, "Bob knows of it");
    lab.share = (everyone) => lab.ada.runs.share(live.id, everyone);
    lab.runs.toggle();
  });
  await page.getByRole("button", { name: "Runs of the room" }).click();
  await page.getByRole("menuitem", { name: /ada\.py/ }).click();
  await page.getByRole("tab", { name: "Ada: ada.py running" }).waitFor();
  await page.getByText("Ada runs this; you are watching").waitFor();
  await expect.poll(() => stage.shown()).toContain("from the beginning");
  await page.keyboard.type("nothing");
  expect(await page.getByRole("button", { name: "Stop" }).count()).toBe(0);
  await page.evaluate(() => window.lab.share!(true));
  await page.getByText("Ada runs this; you may type, too").waitFor();
  await page.getByRole("button", { name: "Stop" }).waitFor();
  await page.locator(".xterm-helper-textarea").first().focus();
  await page.keyboard.type("Bob");
  await expect.poll(() => stage.typed()).toBe("Bob");
  expect(await page.getByRole("button", { name: "type in it" }).count()).toBe(0); // that is for Ada to say
  await page.evaluate(() => window.lab.share!(false));
  await page.getByText("Ada runs this; you are watching").waitFor();
  await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
  await page.locator(".xterm-helper-textarea").first().focus();
  await page.keyboard.type("more");
  await stage.say("not heard");
  await expect.poll(() => stage.shown()).toContain("not heard");
  expect(await stage.typed()).toBe("Bob");
}, 90_000);

test("who began a run lets everyone type in it, and takes that back", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(() => window.lab.company.hub.runs.newest.begin());
  await page.getByRole("button", { name: "Let everyone type in it" }).click();
  await page.getByText("everyone in the room may type", { exact: true }).waitFor();
  const lent = () => page.evaluate(() => window.lab.company.hub.runs.newest.lentKey.length);
  expect(await lent()).toBe(32);
  await page.getByRole("button", { name: "Let nobody else type in it" }).click();
  await page.getByRole("button", { name: "Let everyone type in it" }).waitFor();
  await page.getByText("everyone in the room may type", { exact: true }).waitFor({ state: "detached" });
  expect(await lent()).toBe(0);
}, 90_000);

/** What a program may write so that a terminal answers: each would go to it as if somebody had typed it. */
const questions = {
  "primary attributes": "\u001b[c",
  "secondary attributes": "\u001b[>c",
  "tertiary attributes": "\u001b[=c",
  "its state": "\u001b[5n",
  "its place, DEC": "\u001b[?6n",
  "its version": "\u001b[>q",
  "a mode": "\u001b[4$p",
  "a DEC mode": "\u001b[?25$p",
  "a setting": "\u001bP$qm\u001b\\",
  "a capability": "\u001bP+q544e\u001b\\",
  "a colour": "\u001b]4;1;?\u0007",
  "the ink": "\u001b]10;?\u0007",
  "the paper": "\u001b]11;?\u001b\\",
  "the cursor's colour": "\u001b]12;?\u0007",
  "the window's size": "\u001b[18t\u001b[14t\u001b[16t\u001b[11t",
  "the title": "\u001b[21t",
  "an answerback": "\u0005",
  "the clipboard": "\u001b]52;c;?\u0007",
};

test("a program that asks the terminal something is not answered", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(() => window.lab.company.hub.runs.newest.begin());
  for (const [nth, [what, question]] of Object.entries(questions).entries()) {
    await stage.say(`${question}\r\nasked ${nth}`);
    await expect.poll(() => stage.shown()).toContain(`asked ${nth}`);
    await page.keyboard.type("x"); // behind which an answer would stand
    await expect.poll(() => stage.typed(), { message: what }).toMatch(/x$/);
    expect(await stage.typed(), what).toBe("x".repeat(nth + 1));
  }
}, 120_000);

test("the cursor's place is answered once, by the page that began the run, and by no other", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(async () => {
    const { lab } = window;
    lab.company.hub.runs.newest.begin();
    await lab.bob.runs.share(lab.company.hub.runs.newest.id, true);
  });
  await stage.say("ab\u001b[6n");
  await expect.poll(() => stage.typed()).toBe("\u001b[1;3R");
  for (let nth = 0; nth < 2; nth++) await page.evaluate(() => window.lab.runs.toggle()); // the terminal is made anew
  await expect.poll(() => stage.shown()).toContain("ab");
  await page.locator(".xterm-helper-textarea").first().focus();
  await page.keyboard.type("x");
  await expect.poll(() => stage.typed()).toMatch(/x$/);
  expect(await stage.typed()).toBe("\u001b[1;3Rx");
  await page.evaluate(async () => {
    const { lab } = window;
    const run = lab.company.hub.runs.newest;
    lab.runs.close(lab.runs.front.get()!);
    run.end();
    await lab.until(() => lab.bob.runs.view.get()[0]?.ended !== undefined, "it is over");
    const files = [{ path: "ada.py", bytes: new TextEncoder().encode("1") }];
    const order = { language: "python", entry: "ada.py", arguments: [], input: new Uint8Array(0), files };
    const live = await lab.ada.runs.start({ ...order, terminal: { columns: 80, rows: 24 } });
    await lab.ada.runs.share(live.id, true);
    await lab.until(() => lab.company.hub.runs.runs.size === 2, "it runs");
    lab.company.hub.runs.newest.begin();
    lab.runs.watch(live.id);
  });
  await page.getByText("you may type, too").waitFor();
  await stage.say("ab\u001b[6n\u001b[cready");
  await expect.poll(() => stage.shown()).toContain("ready");
  await page.locator(".xterm-helper-textarea").last().focus();
  await page.keyboard.type("x");
  await expect.poll(() => stage.typed()).toMatch(/x$/);
  expect(await stage.typed()).toBe("x");
}, 90_000);

test("a program names no page, writes no clipboard, changes no colours, hears no focus and moves no window", async () => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await stage.inFront("main.py", "1");
  await page.evaluate(() => navigator.clipboard.writeText("mine"));
  await stage.run();
  const before = await page.evaluate(() => {
    window.lab.company.hub.runs.newest.begin();
    return { title: document.title, ink: getComputedStyle(document.querySelector(".xterm-rows")!).color };
  });
  await stage.say(
    "\u001b]0;hacked\u0007\u001b]2;hacked\u0007\u001b]52;c;aGFja2Vk\u0007\u001b]10;#ff0000\u0007\u001b]11;#00ff00\u0007",
  );
  await stage.say("\u001b[?1004h\u001b[8;5;5t\u001b[3;0;0tready");
  await expect.poll(() => stage.shown()).toContain("ready");
  await page.locator(".monaco-editor").first().click();
  await page.locator(".xterm-helper-textarea").first().focus();
  const after = await page.evaluate(() => ({
    title: document.title,
    ink: getComputedStyle(document.querySelector(".xterm-rows")!).color,
  }));
  expect(after).toEqual(before);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("mine");
  expect(await stage.typed()).toBe("");
}, 90_000);

test("a link shows where it leads and is asked about before it opens, and one that is no address is none", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(() => window.lab.company.hub.runs.newest.begin());
  const link = (to: string, text: string) => `\u001b]8;;${to}\u0007${text}\u001b]8;;\u0007`;
  await stage.say(
    `${link("https://evil.example/login", "https://bank.example")}\r\n${link("javascript:alert(1)", "harmless")}\r\n`,
  );
  await stage.say("https://plain.example/a\r\n");
  await expect.poll(() => stage.shown()).toContain("plain");
  const rows = page.locator(".xterm-rows > div");
  const at = async (row: number) => {
    const box = (await rows.nth(row).boundingBox())!;
    await page.mouse.move(box.x + 1, box.y + 2);
    await page.mouse.move(box.x + 30, box.y + box.height / 2);
  };
  await at(0);
  await expect.poll(() => page.locator("[title='https://evil.example/login']").count()).toBe(1);
  await page.mouse.down();
  await page.mouse.up();
  const dialog = page.getByRole("dialog", { name: "Open this address?" });
  await dialog.getByText("https://evil.example/login").waitFor();
  const open = dialog.getByRole("link", { name: "Open" });
  expect(await open.getAttribute("rel")).toBe("noopener noreferrer");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await at(1);
  await page.mouse.down();
  await page.mouse.up();
  await at(2);
  await expect.poll(() => page.locator("[title='https://plain.example/a']").count()).toBe(1);
  await page.mouse.down();
  await page.mouse.up();
  await dialog.getByText("https://plain.example/a").waitFor();
}, 90_000);

test("a pasted text cannot leave its brackets, and a selection is copied", async () => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(() => window.lab.company.hub.runs.newest.begin());
  await stage.say("\u001b[?2004hready");
  await expect.poll(() => stage.shown()).toContain("ready");
  await page.evaluate(() => navigator.clipboard.writeText("a\u001b[201~rm -rf\nb"));
  await page.keyboard.press("Control+Shift+V");
  await expect.poll(() => stage.typed()).toBe("\u001b[200~a[201~rm -rf\rb\u001b[201~");
  await page.keyboard.press("Control+F");
  await page.getByRole("textbox", { name: "Find in what it said" }).fill("ready");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Shift+C");
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe("ready");
}, 90_000);

test("what a search finds is counted, one after the other, and what is not there is said so", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(() => window.lab.company.hub.runs.newest.begin());
  await stage.say("one two\r\ntwo three two\r\n");
  await expect.poll(() => stage.shown()).toContain("three");
  await page.getByRole("button", { name: "Find" }).click();
  const box = page.getByRole("textbox", { name: "Find in what it said" });
  const count = page.getByRole("search").getByRole("status");
  await box.fill("two");
  await expect.poll(() => count.textContent()).toBe("1 of 3");
  await box.press("Enter");
  await expect.poll(() => count.textContent()).toBe("2 of 3");
  await box.press("Shift+Enter");
  await expect.poll(() => count.textContent()).toBe("1 of 3");
  await box.fill("four");
  await expect.poll(() => count.textContent()).toBe("Nowhere");
  await box.fill("");
  await expect.poll(() => count.textContent()).toBe("");
}, 90_000);

test("the compiler's words stand under a heading of their own", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(() => {
    const { newest } = window.lab.company.hub.runs;
    newest.begin();
    newest.tell({ kind: 3, bytes: new TextEncoder().encode("main.c:1: warning\nsecond") });
    newest.tell({ kind: 4, exitCode: 0 });
    newest.say("hello\r\n");
  });
  await expect.poll(() => stage.shown()).toContain("hello");
  const lines = (await stage.shown()).split("\n").map((line) => line.trim());
  expect(lines.slice(0, 5)).toEqual(["── compiler ──", "main.c:1: warning", "second", "── program ──", "hello"]);
}, 90_000);

test("the panel grows by mouse and by keyboard, and F6 leads to it and away", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  const handle = page.getByRole("separator", { name: "Height of the programs" });
  const height = async () => (await page.locator("[data-pane=Runs]").boundingBox())!.height;
  const first = await height();
  await handle.focus();
  await page.keyboard.press("ArrowUp");
  const second = await height();
  expect(second).toBeGreaterThan(first + 10);
  const box = (await handle.boundingBox())!;
  await page.mouse.move(box.x + 100, box.y + 4);
  await page.mouse.down();
  await page.mouse.move(box.x + 100, box.y + 104, { steps: 4 });
  await page.mouse.up();
  expect(await height()).toBeLessThan(second - 60);
  const size = await page.evaluate(() => window.lab.company.hub.runs.newest.commands.at(-1));
  expect(size).toMatchObject({ kind: 2 });
  const isIn = (place: string) =>
    page.waitForFunction((where) => document.activeElement?.closest(where) != null, place);
  await page.locator(".monaco-editor .view-lines").first().click();
  await isIn(".monaco-editor");
  await page.keyboard.press("F6");
  await isIn(".xterm");
  await page.keyboard.press("Shift+F6");
  await isIn("[data-pane=Editor]");
}, 90_000);
