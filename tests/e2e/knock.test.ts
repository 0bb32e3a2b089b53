import { expect, test } from "vitest";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

const { permanentRoom, person, converged } = stage();

/** From now on owners let people in. */
async function close(owner: Person): Promise<void> {
  const { page } = owner;
  await page.getByRole("button", { name: "Room menu" }).click();
  await page.getByRole("menuitem", { name: "People and rules" }).click();
  await page.getByRole("switch", { name: "Owners let people in" }).click();
  await page.getByRole("button", { name: "Ask owners first" }).click();
  await page.getByText("Who comes now asks an owner.", { exact: false }).waitFor();
  await page.keyboard.press("Escape");
}

async function knock(guest: Person, link: string): Promise<void> {
  await guest.page.goto(link);
  await guest.page.getByRole("textbox", { name: "Your name" }).fill(guest.name);
  await guest.page.getByRole("button", { name: "Ask to come in" }).click();
  await guest.page.getByRole("heading", { name: "You are at the door." }).waitFor();
}

test("who comes waits until an owner lets them in, or is turned away, and comes back without asking", {
  timeout: 150_000,
}, async () => {
  const ada = await permanentRoom();
  await close(ada);
  await ada.page.getByRole("button", { name: "Copy link" }).click();
  await ada.page.getByText("Whoever has this link can ask to come in", { exact: false }).waitFor();
  expect(await ada.page.getByRole("textbox", { name: "Link" }).inputValue()).toContain("#1.");
  await ada.page.keyboard.press("Escape");
  const link = await ada.copyLink("editor");
  const [bob, eve] = [await person("Bob"), await person("Eve")];
  await knock(bob, link);
  await bob.page.getByText("An owner of the room is asked to let you in.").waitFor();
  await ada.page.getByText("Bob asks to come in by the editors’ link.").waitFor();
  await ada.page.getByRole("button", { name: "Let in as editor" }).press("Enter");
  await bob.tree.waitFor();
  await expect.poll(() => ada.atEditor()).toBe(true); // the button that had the keyboard has gone
  await bob.typeAtEnd("Bob was let in");
  expect(await converged(ada, bob)).toContain("Bob was let in");

  await knock(eve, link);
  await ada.page.getByText("Eve asks to come in by the editors’ link.").waitFor();
  await ada.page.getByRole("button", { name: "Turn away" }).click();
  await eve.page.getByRole("heading", { name: "You were not let in" }).waitFor();
  await ada.page.getByText("Eve asks to come in", { exact: false }).waitFor({ state: "hidden" });

  await bob.page.reload();
  await bob.tree.waitFor();
  await bob.page.getByRole("button", { name: "Copy link" }).waitFor();
});

test("where no owner is there one waits, across a lost connection too, and may go", { timeout: 150_000 }, async () => {
  const ada = await permanentRoom();
  await close(ada);
  const link = await ada.copyLink("viewer");
  const room = ada.page.url();
  await ada.page.goto("about:blank");
  const bob = await person("Bob");
  await knock(bob, link);
  await bob.page.getByText("No owner is in the room now.", { exact: false }).waitFor();
  await bob.context.setOffline(true);
  await bob.context.setOffline(false);
  await bob.page.getByRole("button", { name: "Do not wait" }).click();
  await bob.page.getByRole("button", { name: "Ask to come in" }).click();
  await bob.page.getByText("No owner is in the room now.", { exact: false }).waitFor();
  await ada.page.goto(room);
  await bob.page.getByText("An owner of the room is asked to let you in.").waitFor();
  await ada.page.getByText("Bob asks to come in by the viewers’ link.").waitFor();
  await ada.page.getByRole("button", { name: "Let in as viewer" }).click();
  await bob.tree.waitFor();
});
