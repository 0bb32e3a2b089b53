import { expect, test } from "vitest";
import { faults } from "./support/faults.ts";
import { stage } from "./support/stage.ts";

/** A room as it looks and reads: both themes, both widths, and what it says of the people in it. */
const { person, wire } = stage();

test.each([
  ["light", 1280],
  ["dark", 1280],
  ["light", 390],
  ["dark", 390],
] as const)(
  "a room, %s, %i px wide, has no serious fault that axe finds and never scrolls sideways",
  async (colorScheme, width) => {
    const ada = await person("Ada");
    const { page } = ada;
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await ada.createRoom(wire().url, "Study group");
    await page.setViewportSize({ width, height: 800 });
    await page.locator(".monaco-editor .view-line").first().waitFor();
    const narrow = width < 720;
    for (const pane of narrow ? ["Files", "Chat", "People", "Editor"] : ["all"]) {
      if (narrow) await page.getByRole("tab", { name: pane, exact: true }).click();
      expect(await faults(page), pane).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), pane).toBe(0);
    }
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByRole("img", { name: "QR code of the editor link" }).waitFor();
    expect(await faults(page), "Copy link").toEqual([]);
    await page.keyboard.press("Escape");
    for (const dialog of ["Leave the room", "Verification words", "Recovery file", "People and rules"]) {
      await ada.choose(dialog);
      await page.getByRole("dialog", { name: dialog }).waitFor();
      expect(await faults(page), dialog).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog", { name: dialog }).waitFor({ state: "detached" });
    }
    await page.keyboard.press("F1");
    await page.getByRole("dialog", { name: "Files and commands" }).waitFor();
    expect(await faults(page), "Files and commands").toEqual([]);
    await page.keyboard.press("Escape");
  },
  90_000,
);

test.each([
  ["light", 1280],
  ["dark", 390],
] as const)(
  "the door, the wait before it and the owner's strip, %s, %i px wide, have no serious fault",
  async (colorScheme, width) => {
    const [ada, bob, vi] = [await person("Ada"), await person("Bob", { width, height: 800 }), await person("Vi")];
    for (const one of [ada, bob, vi]) await one.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await ada.createRoom(wire().url, "Study group");
    await ada.choose("People and rules");
    await ada.page.getByRole("switch", { name: "Owners let people in" }).click();
    expect(await faults(ada.page), "who stays").toEqual([]);
    await ada.page.getByRole("button", { name: "Ask owners first" }).click();
    await ada.page.getByText("Who comes now asks an owner.", { exact: false }).waitFor();
    await ada.page.keyboard.press("Escape");
    const link = await ada.copyLink("editor");
    await ada.page.setViewportSize({ width, height: 800 });
    for (const guest of [bob, vi]) {
      await guest.page.goto(link);
      await guest.page.getByRole("textbox", { name: "Your name" }).fill(guest.name);
      expect(await faults(guest.page), "door").toEqual([]);
      await guest.page.getByRole("button", { name: "Ask to come in" }).click();
      await guest.page.getByRole("heading", { name: "You are at the door." }).waitFor();
    }
    expect(await faults(bob.page), "waiting").toEqual([]);
    await ada.page.getByText("Bob asks to come in", { exact: false }).waitFor();
    expect(await faults(ada.page), "who asks").toEqual([]);
    expect(await ada.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    await ada.page.getByRole("button", { name: "Turn away" }).first().click();
    await bob.page.getByRole("heading", { name: "You were not let in" }).waitFor();
    expect(await faults(bob.page), "turned away").toEqual([]);
    await bob.page.getByRole("button", { name: "Try again" }).click();
    await bob.page.getByRole("button", { name: "Ask to come in" }).waitFor();
  },
  90_000,
);

test("people see where the others are, who types in a file and who writes a message, and what role each has", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Study group");
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  const vera = await person("Vera");
  await vera.join(await ada.copyLink("viewer"));
  const people = (one: typeof ada) => one.page.getByRole("listitem");
  await people(ada).filter({ hasText: "Bob" }).filter({ hasText: "editor" }).first().waitFor();
  await people(ada).filter({ hasText: "Vera" }).filter({ hasText: "viewer" }).first().waitFor();
  const typing = bob.typeAtEnd("on and on and on and on", 60);
  await people(ada).filter({ hasText: "typing in welcome.md" }).first().waitFor();
  await ada.page.locator(".peer-tag-typing", { hasText: "Bob" }).waitFor();
  await typing;
  await bob.page.getByRole("textbox", { name: "Message" }).pressSequentially("hel");
  await ada.page.getByText("Bob is writing…").waitFor();
  await ada.page.locator(".peer-tag-typing").waitFor({ state: "detached" });
  await vera.page.close();
  await people(ada).filter({ hasText: "Vera" }).filter({ hasText: "not here" }).first().waitFor();
}, 60_000);
