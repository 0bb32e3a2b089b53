import type { Page, WebSocketRoute } from "playwright-core";
import { expect, test } from "vitest";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

/** What goes wrong on an ordinary day, and what people see of it. */
const { person, permanentRoom, converged, server, wire } = stage();

/** Bob, in Ada's room, has typed "before" for all to see, and " and after" without a connection. */
async function typedAway() {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await bob.typeAtEnd("\nbefore");
  await bob.badge("Saved").waitFor();
  await bob.page.waitForLoadState("networkidle");
  await bob.context.setOffline(true);
  await bob.typeAtEnd(" and after");
  await bob.badge(/^Offline, \d+ unsaved$/).waitFor();
  return { ada, bob };
}

async function destroy(owner: Person): Promise<void> {
  await owner.choose("Destroy the room");
  await owner.page.getByLabel("The room’s name").fill("Bridge");
  await owner.page.getByRole("button", { name: "Destroy for everyone" }).click();
  await owner.page.getByText("Bridge was destroyed.").waitFor();
}

test("after the server of an ephemeral room restarts one types on where one was", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Scratch");
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await ada.typeAtEnd("\nabove\nbelow");
  expect(await converged(ada, bob)).toContain("above\nbelow");
  await ada.page.keyboard.press("ArrowUp");
  await ada.page.keyboard.press("End");
  wire().cut();
  const typing = ada.page.keyboard.type(" and on and on and on", { delay: 200 });
  await server().restart();
  wire().mend(server().port);
  await typing;
  await ada.badge("Live, not stored").waitFor({ timeout: 20_000 });
  await bob.badge("Live, not stored").waitFor({ timeout: 20_000 });
  await bob.page.getByText("was brought back from Ada's copy").first().waitFor();
  await expect.poll(() => ada.cursorNames()).toContain("Bob");
  await ada.page.keyboard.type("!");
  expect(await converged(ada, bob)).toContain("above and on and on and on!\nbelow");
  expect(await ada.atEditor()).toBe(true);
}, 60_000);

test("a machine that loses its network says Offline at once, and is back at once", async () => {
  const ada = await permanentRoom();
  await ada.typeAtEnd("\nbefore");
  await ada.badge("Saved").waitFor();
  await ada.page.waitForLoadState("networkidle"); // all of the editor is there
  await ada.context.setOffline(true);
  await ada.badge(/^Offline/).waitFor({ timeout: 2_000 });
  await ada.typeAtEnd("\nunderway");
  await ada.badge(/^Offline, \d+ unsaved$/).waitFor({ timeout: 2_000 });
  await ada.context.setOffline(false);
  await ada.badge("Saved").waitFor();
}, 60_000);

test("a file deleted under me says by whom, keeps the keyboard, and comes back", async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await bob.typeAtEnd("\nBob's line");
  await converged(ada, bob);
  await ada.deleteFile("welcome.md");
  await bob.page.getByRole("heading", { name: "Ada deleted this file." }).waitFor();
  await bob.page.getByRole("region", { name: "Deleted file" }).and(bob.page.locator(":focus")).waitFor();
  await bob.page.keyboard.type("blind ");
  await bob.page.getByRole("tab", { name: "welcome.md (deleted)" }).waitFor();
  await ada.page.getByRole("heading", { name: "You deleted this file." }).waitFor();
  await bob.page.getByRole("button", { name: "Bring the file back" }).click();
  await expect.poll(() => bob.atEditor()).toBe(true);
  await bob.page.getByRole("tab", { name: "welcome.md", exact: true }).waitFor();
  expect(await converged(ada, bob)).toContain("Bob's line");

  await ada.page.getByRole("button", { name: "New folder" }).click();
  await ada.page.keyboard.type("attic");
  await ada.page.keyboard.press("Enter");
  await ada.file("attic").waitFor();
  await ada.file("welcome.md").click({ button: "right" });
  await ada.page.getByRole("menuitem", { name: "Move to" }).click();
  await ada.page.getByRole("dialog").getByRole("button", { name: "attic" }).click();
  await ada.page.getByText("Moved welcome.md to attic.").waitFor();
  await ada.page.getByRole("button", { name: "Undo" }).last().click();
  await expect.poll(() => ada.file("welcome.md").getAttribute("aria-level")).toBe("1");
  await ada.renameFile("welcome.md", "plan.md");
  await ada.file("plan.md").press("Control+z");
  await ada.file("welcome.md").waitFor();
}, 60_000);

test("after Delete in the tree the keyboard is on the next line, and Ctrl+Z brings the file back under it", async () => {
  const ada = await permanentRoom();
  await ada.newFile("a.txt");
  await ada.newFile("b.txt");
  const focused = ada.page.locator("[role=treeitem]:focus");
  await ada.file("a.txt").focus();
  await ada.page.keyboard.press("Delete");
  await ada.file("a.txt").waitFor({ state: "detached" });
  await focused.and(ada.file("b.txt")).waitFor();
  await ada.page.keyboard.press("Control+z");
  await focused.and(ada.file("a.txt")).waitFor();

  await ada.file("welcome.md").focus();
  await ada.page.keyboard.press("Delete");
  await focused.and(ada.file("b.txt")).waitFor();
  for (const name of ["b.txt", "a.txt"]) {
    await ada.page.keyboard.press("Delete");
    await ada.file(name).waitFor({ state: "detached" });
  }
  await ada.page.getByText("No files yet").waitFor();
  await ada.page.keyboard.press("Control+z");
  await focused.and(ada.file("a.txt")).waitFor();
  await ada.file("a.txt").click({ button: "right" });
  await ada.page.getByRole("menuitem", { name: "Delete" }).click();
  await ada.file("a.txt").waitFor({ state: "detached" });
  await ada.page.keyboard.press("Control+Z"); // as it comes with Caps Lock
  await focused.and(ada.file("a.txt")).waitFor();
}, 60_000);

test("the menu of a line in the tree opens by its key, and gives the keyboard back", async () => {
  const ada = await permanentRoom();
  const line = ada.page.locator("[role=treeitem]:focus").and(ada.file("welcome.md"));
  await expect.poll(() => ada.atEditor()).toBe(true); // a new room gives it the keyboard once it is there
  for (const key of ["Shift+F10", "ContextMenu"]) {
    await ada.file("welcome.md").focus();
    await ada.page.keyboard.press(key);
    await ada.page.getByRole("menuitem", { name: "Move to" }).waitFor();
    await line.waitFor({ state: "detached" }); // the menu has the keyboard a moment after it shows
    for (const item of ["Open", "Rename", "Move to"]) {
      await ada.page.keyboard.press("ArrowDown");
      await ada.page.getByRole("menuitem", { name: item }).and(ada.page.locator(":focus")).waitFor();
    }
    await ada.page.keyboard.press("Escape");
    await line.waitFor();
  }
  await ada.page.getByRole("button", { name: "New folder" }).click();
  await ada.page.keyboard.type("attic");
  await ada.page.keyboard.press("Enter");
  for (const key of ["Escape", "Enter"]) {
    await ada.file("welcome.md").focus();
    await ada.page.keyboard.press("Shift+F10");
    await ada.page.getByRole("menuitem", { name: "Move to" }).press("Enter");
    await ada.page.getByRole("button", { name: "attic" }).and(ada.page.locator(":focus")).waitFor();
    await ada.page.keyboard.press(key);
    await line.waitFor();
  }
  await expect.poll(() => ada.file("welcome.md").getAttribute("aria-level")).toBe("2");
  await ada.page.keyboard.press("Control+z");
  await expect.poll(() => ada.file("welcome.md").getAttribute("aria-level")).toBe("1");
  await line.waitFor();
}, 60_000);

test("the menu of a folder makes a file in that folder, whatever line is selected", async () => {
  const ada = await permanentRoom();
  await ada.page.getByRole("button", { name: "New folder" }).click();
  await ada.page.keyboard.type("lib");
  await ada.page.keyboard.press("Enter");
  await ada.file("welcome.md").click();
  await ada.file("lib").click({ button: "right" });
  await ada.page.getByRole("menuitem", { name: "File inside" }).click();
  await ada.page.keyboard.type("inner.txt");
  await ada.page.keyboard.press("Enter");
  await expect.poll(() => ada.file("inner.txt").getAttribute("aria-level")).toBe("2");
}, 60_000);

/** Bob on his way in: his editor of texts comes when it is told to. */
async function withLateEditor(): Promise<{ bob: Person; bring: () => void }> {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  let bring = () => {};
  const brought = new Promise<void>((resolve) => {
    bring = resolve;
  });
  await bob.page.route("**/assets/TextEditor-*.js", async (route) => {
    await brought;
    await route.continue();
  });
  await bob.join(await ada.copyLink("editor"));
  await bob.page.getByRole("tab", { name: "welcome.md" }).waitFor();
  return { bob, bring };
}

test("a name that is being typed keeps the keyboard when the editor comes", async () => {
  const { bob, bring } = await withLateEditor();
  await bob.page.getByRole("button", { name: "New file" }).click();
  await bob.page.keyboard.type("half");
  bring();
  await bob.page.locator(".monaco-editor .view-lines", { hasText: "Bridge" }).waitFor();
  await bob.page.keyboard.type("-typed.txt");
  await bob.page.keyboard.press("Enter");
  await bob.file("half-typed.txt").waitFor();
}, 60_000);

test("who goes through the files keeps the keyboard when the file comes that nobody pressed", async () => {
  const { bob, bring } = await withLateEditor();
  await bob.file("welcome.md").focus();
  bring();
  await bob.page.locator(".monaco-editor .view-lines", { hasText: "Bridge" }).waitFor();
  await bob.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await bob.page.locator("[role=treeitem]:focus").and(bob.file("welcome.md")).waitFor();
}, 60_000);

test("a file deleted without a connection says so at once, and Ctrl+Z brings it back under the keyboard without a trace", async () => {
  const ada = await permanentRoom();
  await ada.newFile("own.txt");
  await ada.typeAtEnd("base");
  await ada.badge("Saved").waitFor();
  await ada.context.setOffline(true);
  const undo = ada.page.getByRole("button", { name: "Undo" });
  await ada.file("own.txt").focus();
  await ada.page.keyboard.press("Delete");
  await ada.page.getByText("Deleted own.txt.").waitFor();
  await ada.page.keyboard.press("Control+z");
  await ada.page.locator("[role=treeitem]:focus").and(ada.file("own.txt")).waitFor();
  await undo.waitFor({ state: "detached" });
  await ada.context.setOffline(false);
  await ada.badge("Saved").waitFor();
  expect(await undo.count()).toBe(0);
  expect(await ada.file("own.txt").count()).toBe(1);
}, 60_000);

test("what was typed away in a room that its owner destroyed meanwhile can be copied when one comes back", async () => {
  const { ada, bob } = await typedAway();
  await bob.page.goto("about:blank");
  await destroy(ada);
  await bob.context.setOffline(false);
  await bob.page.goBack();
  await bob.page.getByRole("heading", { name: "The room is gone" }).waitFor();
  expect(await bob.page.getByRole("textbox", { name: "What you wrote never reached" }).inputValue()).toBe(" and after");
  await bob.page.getByRole("button", { name: "Copy my text" }).click();
  expect(await bob.page.evaluate(() => navigator.clipboard.readText())).toBe(" and after");
}, 60_000);

test("what was typed away while the owner made the room read-only says why it was not taken in, and can be copied", async () => {
  const { ada, bob } = await typedAway();
  await ada.page.getByRole("switch", { name: /read-only/i }).click({ force: true });
  await ada.page.getByRole("switch", { name: /read-only/i, checked: true }).waitFor();
  await bob.context.setOffline(false);
  const strip = bob.page.getByRole("alert").filter({ hasText: "Your last edits were not taken in" });
  await strip.getByText("The owner had made the room read-only").waitFor();
  await strip.getByRole("button", { name: "Copy my text" }).click();
  expect(await bob.page.evaluate(() => navigator.clipboard.readText())).toContain("before and after");
  expect(await bob.text()).not.toContain("and after");
}, 60_000);

test("what was typed away into a file that another deleted is in a new file, and what no file takes can be copied after a reload, too", async () => {
  const { ada, bob } = await typedAway();
  await ada.deleteFile("welcome.md");
  await ada.badge("Saved").waitFor();
  await bob.context.setOffline(false);
  await bob.page.getByRole("heading", { name: "Ada deleted this file." }).waitFor();
  await bob.page.getByRole("button", { name: "Open the new file" }).click();
  await bob.page.getByRole("tab", { name: "welcome (recovered).md" }).waitFor();
  await bob.badge("Saved").waitFor();
  await ada.file("welcome (recovered).md").click();
  expect(await converged(ada, bob)).toContain("before and after");

  await bob.context.setOffline(true);
  await bob.newFile("lost.txt");
  await bob.page.keyboard.type("nowhere else");
  await ada.page.getByRole("switch", { name: /read-only/i }).click({ force: true });
  await ada.page.getByRole("switch", { name: /read-only/i, checked: true }).waitFor();
  await bob.context.setOffline(false);
  await bob.badge("Not taken in (1)").waitFor();
  await bob.page.reload();
  const strip = bob.page.getByRole("alert").filter({ hasText: "a new file that begins “nowhere else”" });
  await strip.getByRole("button", { name: "Copy my text" }).click();
  expect(await bob.page.evaluate(() => navigator.clipboard.readText())).toBe("nowhere else");
  await strip.getByRole("button", { name: "Dismiss" }).click();
  await bob.badge("Saved").waitFor();
}, 60_000);

test("two tabs of one person are one person, and leaving in one leaves in both", async () => {
  const ada = await permanentRoom();
  const second = await ada.context.newPage();
  await second.goto(ada.page.url());
  await second.getByRole("tree").waitFor();
  await ada.page.getByText("2 tabs").first().waitFor();
  await ada.choose("Leave the room");
  await ada.page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await ada.page.getByRole("button", { name: "New room" }).waitFor();
  await second.getByText("You left Bridge in another tab.").waitFor();
  await second.getByRole("button", { name: "New room" }).waitFor();
  const kept = await ada.page.evaluate(async () => {
    const open = indexedDB.open("coterie");
    await new Promise((resolve) => open.addEventListener("success", resolve));
    const count = open.result.transaction("values").objectStore("values").count();
    await new Promise((resolve) => count.addEventListener("success", resolve));
    return count.result;
  });
  expect(kept).toBe(0);
}, 60_000);

test("what one tab wrote without a connection is there once, whatever the other tab did meanwhile", async () => {
  const ada = await permanentRoom();
  await ada.typeAtEnd("\nbefore");
  await ada.badge("Saved").waitFor();
  let cut = false;
  const lines: WebSocketRoute[] = [];
  await ada.page.routeWebSocket(/./, (line) => {
    if (cut) return void line.close();
    line.connectToServer();
    lines.push(line);
  });
  await ada.page.reload();
  await ada.badge("Saved").waitFor();
  await ada.page.waitForLoadState("networkidle");
  await ada.page.locator(".monaco-editor .view-lines").first().waitFor(); // the file is there too
  cut = true;
  for (const line of lines) await line.close();
  await ada.badge(/^(Reconnecting|Offline)/).waitFor();
  await ada.typeAtEnd("\nin the tunnel");
  await ada.newFile("tunnel.txt");
  await expect.poll(() => ada.atEditor()).toBe(true);
  await ada.page.keyboard.type("made in the tunnel");
  const second = await ada.context.newPage();
  await second.goto(ada.page.url());
  await second.getByText("Saved", { exact: true }).first().waitFor();
  await second.getByRole("treeitem", { name: "welcome.md" }).click();
  await second.locator(".monaco-editor").first().click();
  await second.keyboard.press("Control+End");
  await second.keyboard.type(" meanwhile");
  await second.getByText("Saved", { exact: true }).first().waitFor();
  cut = false;
  await ada.badge("Saved").waitFor({ timeout: 15_000 });
  await second.getByRole("treeitem", { name: "tunnel.txt" }).click();
  const text = async (page: Page) => (await page.locator(".view-lines").first().innerText()).replaceAll("\u00a0", " ");
  await expect.poll(() => text(second)).toBe("made in the tunnel");
  await second.getByRole("treeitem", { name: "welcome.md" }).click();
  await expect.poll(() => text(second)).toContain("in the tunnel");
  expect((await text(second)).split("in the tunnel")).toHaveLength(2);
  expect((await text(second)).split("meanwhile")).toHaveLength(2);
}, 60_000);

test("Leave and Forget say what another tab has not sent, and the room menu has the keyboard again after its dialogs", async () => {
  const { ada, bob } = await typedAway();
  const menu = bob.page.getByRole("button", { name: "Room menu" });
  await menu.focus();
  await bob.page.keyboard.press("Enter");
  await bob.page.getByRole("menuitem", { name: "Verification words" }).press("Enter");
  await bob.page.getByRole("dialog").waitFor();
  await bob.page.keyboard.press("Escape");
  await menu.and(bob.page.locator(":focus")).waitFor();

  await ada.page.waitForTimeout(500); // what Bob typed is kept by now
  await bob.page.close({ runBeforeUnload: false });
  await bob.context.setOffline(false);
  const start = await bob.context.newPage();
  await start.goto(wire().url);
  wire().cut();
  await start.getByRole("button", { name: "Remove Bridge from the list" }).click();
  await start.getByText("What you typed there and has not reached the server is lost.").waitFor();
  await start.getByText("the owner key among them if the room is yours").waitFor();
}, 60_000);

test("unsent edits warn before the tab closes, survive it, and leave with the next visit", async () => {
  const ada = await permanentRoom();
  await ada.typeAtEnd("\nbefore");
  await ada.badge("Saved").waitFor();
  await ada.page.waitForLoadState("networkidle");
  wire().cut();
  await ada.typeAtEnd("\nwritten in a tunnel");
  await ada.badge(/\(\d+\)|unsaved/).waitFor();
  await ada.page.waitForTimeout(500); // what was typed is kept by now: a page that closes cannot wait for its vault
  const warned = new Promise<string>((resolve) =>
    ada.page.once("dialog", (dialog) => {
      resolve(dialog.type());
      void dialog.accept();
    }),
  );
  const address = ada.page.url();
  await ada.page.close({ runBeforeUnload: true });
  expect(await warned).toBe("beforeunload");
  wire().mend();
  const page = await ada.context.newPage();
  await page.goto(address);
  await page.getByText("Saved", { exact: true }).first().waitFor();
  await expect.poll(() => page.locator(".view-lines").first().innerText()).toMatch(/written.in.a.tunnel/);
}, 60_000);

test("a room that was destroyed stands so in the others' lists", async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await destroy(ada);
  await bob.page.getByText("An owner destroyed this room").waitFor();
  await bob.page.getByRole("button", { name: "Go to the start page" }).click();
  await bob.page.getByText("Destroyed by its owner").waitFor();
  const remove = bob.page.getByRole("button", { name: "Remove Bridge from the list" });
  for (const keep of ["Escape", "Enter"]) {
    await remove.click();
    await bob.page.getByRole("button", { name: "Keep" }).and(bob.page.locator(":focus")).waitFor();
    await bob.page.keyboard.press(keep);
    await remove.and(bob.page.locator(":focus")).waitFor();
  }
  await remove.click();
  await bob.page.getByRole("button", { name: "Forget" }).click();
  await bob.page.getByText("Rooms you open are listed here").waitFor();
}, 60_000);

test("the colours of a language come later where the server was away when a file first needed them", async () => {
  const ada = await permanentRoom();
  await ada.page.route("**/assets/python-*.js", (route) => route.abort());
  const asked = ada.page.waitForRequest(/\/assets\/python-/);
  await ada.newFile("main.py");
  await ada.typeAtEnd("import this");
  await asked;
  expect(await ada.page.locator(".view-line .mtk1").count()).toBeGreaterThan(0);
  await ada.page.unroute("**/assets/python-*.js");
  await ada.page.locator(".view-line span[class^=mtk]:not(.mtk1)", { hasText: "import" }).waitFor({ timeout: 20_000 });
}, 60_000);

test("a fault of the page itself is said, and what was written is there when it is loaded again", {
  timeout: 60_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await ada.typeAtEnd("written before");
  // What a translator or another extension does to a page: a node beside which React draws the next is gone already.
  await page.getByRole("treeitem").evaluateAll((rows) => {
    for (const row of rows) row.remove();
  });
  await page.getByRole("button", { name: "New folder" }).first().click();
  await page.keyboard.type("a");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "This page met a fault" }).waitFor();
  await page.getByRole("button", { name: "Load the page again" }).click();
  await ada.file("welcome.md").waitFor();
  await expect.poll(() => ada.text()).toMatch(/written before$/);
});
