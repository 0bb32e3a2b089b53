import { expect, test } from "vitest";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

/** Four people and more in one room: what each may do to what the others made, what they say, and how doors open and close. */
const { permanentRoom, person, converged } = stage();

interface Four {
  readonly ada: Person;
  readonly bob: Person;
  readonly eve: Person;
  readonly vi: Person;
  readonly link: string;
}

/** Ada owns the room, Bob and Eve edit, Vi watches. */
async function four(): Promise<Four> {
  const ada = await permanentRoom();
  const link = await ada.copyLink("editor");
  const [bob, eve, vi] = [await person("Bob"), await person("Eve"), await person("Vi")];
  for (const guest of [bob, eve]) await guest.join(link);
  await vi.join(await ada.copyLink("viewer"));
  await converged(ada, bob, eve, vi);
  return { ada, bob, eve, vi, link };
}

async function rules({ page }: Person): Promise<void> {
  await page.getByRole("button", { name: "Room menu" }).click();
  await page.getByRole("menuitem", { name: "People and rules" }).click();
  await page.getByRole("heading", { name: "People and rules" }).waitFor();
}

/** A file in a folder of this name, whoever's the folder is. */
async function fileIn(one: Person, folder: string, name: string): Promise<void> {
  await one.file(folder).click({ button: "right" });
  await one.page.getByRole("menuitem", { name: "File inside" }).click();
  await one.page.keyboard.type(name);
  await one.page.keyboard.press("Enter");
  await one.file(name).waitFor();
}

test("what others made only they or an owner delete, the refusal says who may, and a delete or a move is taken back for all", {
  timeout: 240_000,
}, async () => {
  const { ada, bob, eve, vi } = await four();
  const all = [ada, bob, eve, vi];
  await bob.page.getByRole("button", { name: "New folder" }).click();
  await bob.page.keyboard.type("lib");
  await bob.page.keyboard.press("Enter");
  for (const one of all) await one.file("lib").waitFor();
  await fileIn(bob, "lib", "his.ts");
  await fileIn(eve, "lib", "hers.ts");
  for (const one of [ada, bob, vi]) {
    await one.file("lib").focus();
    await one.page.keyboard.press("ArrowRight");
    await one.file("hers.ts").waitFor();
  }

  await eve.file("lib").focus();
  await eve.page.keyboard.press("Delete");
  await eve.page.getByText(/lib can only be deleted by .*Bob/).waitFor();
  await bob.file("lib").focus();
  await bob.page.keyboard.press("Delete");
  await bob.page.getByText("lib holds what others made: ", { exact: false }).waitFor();
  await bob.page.getByText(/hers\.ts.*Only an owner can delete it with them\./).waitFor();
  await bob.file("lib").click({ button: "right" });
  await bob.page.getByRole("menuitem", { name: "Holds what others made: only an owner may delete it" }).waitFor();
  await bob.page.keyboard.press("Escape");
  await vi.file("his.ts").focus();
  await vi.page.keyboard.press("Delete");
  for (const one of all) expect(await one.file("lib").count()).toBe(1);

  await bob.file("his.ts").focus();
  await bob.page.keyboard.press("Shift+F10");
  await bob.page.getByRole("menuitem", { name: "Move to" }).press("Enter");
  await bob.page.getByRole("button", { name: "The top" }).click();
  for (const one of all) await expect.poll(() => one.file("his.ts").getAttribute("aria-level")).toBe("1");
  await bob.file("his.ts").focus();
  await bob.page.keyboard.press("Control+z");
  for (const one of all) await expect.poll(() => one.file("his.ts").getAttribute("aria-level")).toBe("2");

  await ada.deleteFile("lib");
  for (const one of all) await one.file("hers.ts").waitFor({ state: "detached" });
  await ada.page.keyboard.press("Control+z");
  for (const one of all) await one.file("lib").waitFor();
  await eve.file("hers.ts").waitFor();
});

test("all four talk: names are called, lines named, and who does not look hears of it in the title", {
  timeout: 240_000,
}, async () => {
  const { ada, bob, eve, vi } = await four();
  const log = ({ page }: Person) => page.getByRole("log", { name: "Messages" });
  const box = ({ page }: Person) => page.getByRole("textbox", { name: "Message" });
  await box(eve).pressSequentially("half a thou");
  for (const one of [ada, bob, vi]) await one.page.getByText("Eve is writing", { exact: false }).first().waitFor();
  await box(eve).fill("");

  await eve.page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await box(bob).pressSequentially("see welcome.md:3, @Ev");
  await bob.page.getByRole("option", { name: "Eve" }).waitFor();
  await box(bob).press("Enter");
  await box(bob).press("Enter");
  await vi.say("I watch");
  await ada.say("```js\nconst a = 1;\n```");
  for (const one of [ada, bob, vi]) {
    await log(one).getByText("@Eve", { exact: true }).waitFor();
    await log(one).getByText("I watch").waitFor();
    await log(one).getByRole("group", { name: "Code, js" }).waitFor();
  }
  await expect.poll(() => eve.page.title()).toBe("(3, 1 for you) Bridge · Coterie");
  await log(vi).getByRole("button", { name: "welcome.md:3" }).click();
  await expect.poll(() => vi.page.locator(".monaco-editor .line-numbers.active-line-number").innerText()).toBe("3");
});

test("doors close and open for five: locked, lowered, away while keys change, a link whose time is set, and the end", {
  timeout: 240_000,
}, async () => {
  const { ada, bob, eve, vi, link } = await four();
  await rules(ada);
  await ada.page.getByRole("switch", { name: "Lock the room" }).check();
  for (const one of [bob, eve, vi]) await one.page.getByRole("img", { name: /^Locked/ }).waitFor();
  const zoe = await person("Zoe");
  await zoe.page.goto(link);
  await zoe.page.getByText("It is locked now", { exact: false }).waitFor();
  await zoe.page.getByRole("textbox", { name: "Your name" }).fill("Zoe");
  await zoe.page.getByRole("button", { name: "Join" }).click();
  await zoe.page.getByRole("heading", { name: "The room is locked" }).waitFor();
  await ada.page.getByRole("switch", { name: "Lock the room" }).uncheck();
  await bob.page.getByRole("img", { name: /^Locked/ }).waitFor({ state: "detached" });
  await zoe.page.getByRole("button", { name: "Try again" }).click();
  await zoe.tree.waitFor();

  await ada.page.getByLabel("Role of Eve").selectOption("owner");
  await ada.page.getByText("Eve is an owner now.").waitFor();
  await eve.page.getByText("You are an owner of this room now", { exact: false }).waitFor();
  await bob.context.setOffline(true);
  await bob.badge(/^(Reconnecting|Offline)/).waitFor();
  await bob.typeAtEnd("written away");
  await ada.page.getByLabel("Role of Eve").selectOption("editor");
  await ada.page.getByRole("checkbox", { name: /^Bob/ }).check();
  await ada.page.getByRole("button", { name: "Make Eve an editor" }).click();
  await ada.page.getByText("Eve is an editor now.").waitFor();
  await eve.page.getByText("You are an editor here now", { exact: false }).waitFor();
  await bob.context.setOffline(false);
  await bob.badge("Saved").waitFor({ timeout: 20_000 });
  await ada.page.keyboard.press("Escape");
  expect(await converged(ada, bob, eve, vi, zoe)).toContain("written away");

  await rules(ada);
  await ada.page.getByLabel("How long links work").selectOption({ label: "for an hour" });
  await ada.page.keyboard.press("Escape");
  await ada.page.getByRole("button", { name: "Copy link" }).click();
  await ada.page.getByText("It lets people in until", { exact: false }).waitFor();
  await ada.page.keyboard.press("Escape");
  const late = await person("Late");
  await late.join(await ada.copyLink("viewer"));

  await ada.choose("Destroy the room");
  await ada.page.getByRole("textbox").last().fill("Bridge");
  await ada.page
    .getByRole("button", { name: /^Destroy/ })
    .last()
    .click();
  for (const one of [bob, eve, vi, zoe, late])
    await one.page.getByText("destroyed", { exact: false }).first().waitFor();
});
