import { expect, test } from "vitest";
import { stage } from "./support/stage.ts";

/** Two people in one sealed room, with their hands on real pages. */
const { person, permanentRoom, converged, server, wire } = stage();

test("two people create, join, type in one line at once, and see each other", async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));

  await ada.typeAtEnd("\nshared: ");
  await expect.poll(() => bob.text()).toContain("shared: ");
  await Promise.all([ada.typeAtEnd("aaaaaaaaaaaaaaaaaaaa"), bob.typeAtEnd("bbbbbbbbbbbbbbbbbbbb")]);
  const text = await converged(ada, bob);
  expect(text.match(/a/g)?.length).toBeGreaterThanOrEqual(20);
  expect([...text].filter((letter) => letter === "b").length).toBeGreaterThanOrEqual(20);

  await bob.page.keyboard.press("Control+Home"); // no name stands on the line in which one types
  await expect.poll(() => ada.cursorNames()).toContain("Bob");
  await ada.page.keyboard.press("ArrowUp");
  await expect.poll(() => bob.cursorNames()).toContain("Ada");
  await ada.badge("Saved").waitFor();
  await bob.badge("Saved").waitFor();
}, 90_000);

test("they chat, make, rename and delete files", async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));

  await ada.say("hello Bob");
  await bob.page.getByText("hello Bob").waitFor();
  await bob.say("hello Ada");
  await ada.page.getByText("hello Ada").waitFor();

  await ada.newFile("notes.txt");
  await bob.file("notes.txt").waitFor();
  await ada.renameFile("notes.txt", "plan.txt");
  await bob.file("plan.txt").waitFor();
  expect(await bob.file("notes.txt").count()).toBe(0);
  await ada.deleteFile("plan.txt");
  await bob.file("plan.txt").waitFor({ state: "detached" });
  await ada.page.getByRole("button", { name: "Undo" }).first().click();
  await bob.file("plan.txt").waitFor();
}, 90_000);

test("one goes offline for ten seconds, both keep typing, and nothing is lost", async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await bob.typeAtEnd("\nbefore ");
  await converged(ada, bob);
  wire().cut();
  await bob.typeAtEnd("offline-bob ");
  await ada.typeAtEnd("offline-ada ");
  await bob.badge(/offline|reconnecting/i).waitFor();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  wire().mend();
  await expect.poll(() => ada.text(), { timeout: 20_000 }).toContain("offline-bob");
  const text = await converged(ada, bob);
  expect(text).toContain("offline-ada");
  await ada.badge("Saved").waitFor();
  await bob.badge("Saved").waitFor();
}, 120_000);

test("a viewer reads along and cannot edit", async () => {
  const ada = await permanentRoom();
  const vera = await person("Vera");
  await vera.join(await ada.copyLink("viewer"));
  await ada.typeAtEnd("\nfor all to read");
  await expect.poll(() => vera.text()).toContain("for all to read");
  await vera.typeAtEnd("NOT ALLOWED");
  await ada.typeAtEnd(", still mine");
  await expect.poll(() => vera.text()).toContain("still mine");
  expect(await ada.text()).not.toContain("NOT ALLOWED");
  expect(await vera.text()).not.toContain("NOT ALLOWED");
}, 90_000);

test("the owner's read-only switch stops an editor and lets go again", async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await ada.page.getByRole("switch", { name: /read-only/i }).click({ force: true });
  await bob.page
    .getByText(/read-only/i)
    .first()
    .waitFor();
  await bob.typeAtEnd("stopped");
  expect(await bob.text()).not.toContain("stopped");
  await ada.page.getByRole("switch", { name: /read-only/i }).click({ force: true });
  await expect
    .poll(
      async () => {
        await bob.typeAtEnd("free");
        return await ada.text();
      },
      { timeout: 15_000 },
    )
    .toContain("free");
}, 90_000);

test("the server is killed with -9 in mid-typing: nothing shown as saved is lost, and both go on", async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await ada.typeAtEnd("\nsaved line");
  await ada.badge("Saved").waitFor();
  await converged(ada, bob);

  const typing = Promise.all([ada.typeAtEnd("A".repeat(120), 20), bob.typeAtEnd("B".repeat(120), 20)]);
  await new Promise((resolve) => setTimeout(resolve, 900));
  await server().kill();
  wire().cut();
  await new Promise((resolve) => setTimeout(resolve, 600));
  await server().restart();
  wire().mend(server().port);
  await typing;

  await ada.badge("Saved").waitFor({ timeout: 30_000 });
  await bob.badge("Saved").waitFor({ timeout: 30_000 });
  const text = await converged(ada, bob);
  expect(text).toContain("saved line");
  expect([...text].filter((letter) => letter === "A").length).toBeGreaterThanOrEqual(120);
  expect([...text].filter((letter) => letter === "B").length).toBeGreaterThanOrEqual(120);

  const carol = await person("Carol");
  await carol.join(await ada.copyLink("editor"));
  await converged(ada, carol);
}, 120_000);

test("a reload keeps the owner an owner, and leaving forgets the room", async () => {
  const ada = await permanentRoom();
  await ada.typeAtEnd("\nstays");
  await ada.badge("Saved").waitFor();
  await ada.page.reload();
  await ada.tree.waitFor();
  await expect.poll(() => ada.text(), { timeout: 15_000 }).toContain("stays");
  await ada.page.getByRole("switch", { name: /read-only/i }).waitFor();
}, 60_000);

test("a reload makes an editor for the tab in front only, and for another when it is looked at", async () => {
  const ada = await permanentRoom();
  for (const name of ["a.txt", "b.txt", "c.txt"]) {
    await ada.newFile(name);
    await ada.typeAtEnd(`in ${name}`);
  }
  await ada.badge("Saved").waitFor();
  await ada.page.addInitScript(() => {
    const observe = ResizeObserver.prototype.observe; // each editor watches the size of its place
    ResizeObserver.prototype.observe = function (element, options) {
      const { dataset } = document.documentElement;
      if (/(^|_)editor_/.test(element.className)) dataset.editors = `${Number(dataset.editors ?? 0) + 1}`;
      observe.call(this, element, options);
    };
  });
  const editors = () => ada.page.evaluate(() => Number(document.documentElement.dataset.editors));
  await ada.page.reload();
  await expect.poll(() => ada.text(), { timeout: 15_000 }).toBe("in c.txt");
  expect(await ada.page.getByRole("tab", { name: /\.(txt|md)$/ }).count()).toBe(4);
  expect(await editors()).toBe(1);
  await ada.page.getByRole("tab", { name: "a.txt" }).click();
  await expect.poll(() => ada.text(), { timeout: 15_000 }).toBe("in a.txt");
  expect(await editors()).toBe(2);
}, 60_000);

test("the tab in front is in view, however many stand before it", async () => {
  const ada = await permanentRoom();
  for (let nth = 0; nth < 12; nth++) await ada.newFile(`module-${nth}.ts`);
  const inView = (name: string) =>
    ada.page.getByRole("tab", { name, exact: true }).evaluate((tab) => {
      const { left, right } = tab.getBoundingClientRect();
      const bar = tab.parentElement!.getBoundingClientRect();
      return left >= bar.left - 1 && right <= bar.right + 1; // it scrolls by whole pixels
    });
  await expect.poll(() => inView("module-11.ts")).toBe(true);
  expect(await inView("module-0.ts")).toBe(false);
  await ada.file("module-0.ts").click();
  await expect.poll(() => inView("module-0.ts")).toBe(true);
  await ada.page.reload();
  await ada.page.getByRole("tab", { name: "module-0.ts", exact: true }).waitFor();
  await expect.poll(() => inView("module-0.ts")).toBe(true);
}, 60_000);

test("an ephemeral room never says saved, and a wrong link says what to do", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Scratch");
  await ada.typeAtEnd("\nquick");
  await ada.page.getByText("Live, not stored").first().waitFor();
  expect(await ada.page.getByText("Saved", { exact: true }).count()).toBe(0);

  const eve = await person("Eve");
  const link = await ada.copyLink("editor");
  await eve.page.goto(`${link.split("#")[0]}#1.${"A".repeat(43)}.0.AAAAAAAAAAA`);
  await eve.page.getByRole("textbox", { name: "Your name" }).fill("Eve");
  await eve.page.getByRole("button", { name: "Join" }).click();
  await eve.page.getByText(/link/i).first().waitFor();
  expect(await eve.tree.count()).toBe(0);
  await eve.page.goto(`${wire().url}/r/%E0%A4%A`); // no encoding of anything
  await eve.page.getByText(/room/i).first().waitFor();
}, 60_000);

test("room id and password open a room by hand", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "By hand", { password: "correct horse" });
  await ada.typeAtEnd("\nbehind a password");
  const address = (await ada.copyLink("editor")).split("#")[0]!;
  const bob = await person("Bob");
  await bob.page.goto(address);
  await bob.page.getByRole("textbox", { name: "Your name" }).fill("Bob");
  await bob.page.getByLabel(/^Password/).fill("wrong horse");
  await bob.page.getByRole("button", { name: "Join" }).click();
  await bob.page
    .getByText(/password/i)
    .first()
    .waitFor();
  expect(await bob.tree.count()).toBe(0);
  await bob.page.getByLabel(/^Password/).fill("correct horse");
  await bob.page.getByRole("button", { name: "Join" }).click();
  await bob.tree.waitFor();
  await expect.poll(() => bob.text()).toContain("behind a password");
}, 90_000);

test("K10 who kept the recovery file is the owner again in another browser", async () => {
  const ada = await permanentRoom();
  await ada.page.getByRole("button", { name: /recovery file/i }).click();
  const download = ada.page.waitForEvent("download");
  await ada.page.getByRole("button", { name: "Download" }).click();
  const file = await (await download).path();

  const again = await person("Ada again");
  await again.page.goto(await ada.copyLink("viewer"));
  await again.page.getByRole("textbox", { name: "Your name" }).fill("Ada again");
  await again.page.getByRole("button", { name: /recovery file/i }).click();
  const chooser = again.page.waitForEvent("filechooser");
  await again.page.getByLabel("Recovery file").click();
  await (await chooser).setFiles(file);
  await again.page.getByRole("button", { name: "Join" }).click();
  await again.tree.waitFor();
  await again.page.getByRole("switch", { name: /read-only/i }).waitFor();
  await again.typeAtEnd("\nback in charge");
  await expect.poll(() => ada.text()).toContain("back in charge");
  expect(await again.copyLink("editor"), "the file holds the editor link too").toBe(await ada.copyLink("editor"));
}, 60_000);
