import { expect, test } from "vitest";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

const { permanentRoom, person, converged } = stage();

async function rules(owner: Person): Promise<void> {
  await owner.page.getByRole("button", { name: "Room menu" }).click();
  await owner.page.getByRole("menuitem", { name: "People and rules" }).click();
  await owner.page.getByRole("heading", { name: "People and rules" }).waitFor();
}

/** Ada's room with Bob and Eve in it, all three in welcome.md. */
async function three(): Promise<readonly [Person, Person, Person, string]> {
  const ada = await permanentRoom();
  const link = await ada.copyLink("editor");
  const [bob, eve] = [await person("Bob"), await person("Eve")];
  for (const guest of [bob, eve]) await guest.join(link);
  await converged(ada, bob, eve);
  return [ada, bob, eve, link];
}

test("who is removed is told so, the others type on without a reload, and the old link opens nothing", {
  timeout: 150_000,
}, async () => {
  const [ada, bob, eve, link] = await three();
  await rules(ada);
  await ada.page.getByRole("button", { name: "Remove Eve" }).click();
  const typing = bob.typeAtEnd("typed while the keys change, every letter of it", 20);
  await ada.page.getByRole("button", { name: "Remove Eve" }).click();
  await ada.page.getByText("Eve was removed.").waitFor();
  await eve.page.getByText("An owner removed you from this room.", { exact: false }).waitFor();
  await typing;
  await ada.page.keyboard.press("Escape");
  expect(await converged(ada, bob)).toContain("typed while the keys change, every letter of it");
  expect(await eve.text()).not.toContain("every letter of it");
  const mallory = await person("Mallory");
  await mallory.page.goto(link);
  await mallory.page.getByText("An owner made new links since", { exact: false }).waitFor(); // nothing is asked first
  await eve.page.reload();
  await eve.page.getByText("Ask an owner for a new link", { exact: false }).waitFor();
  const renewed = await ada.copyLink("editor");
  const carol = await person("Carol");
  await carol.join(renewed);
  await converged(ada, bob, carol);
  await eve.page.goto("about:blank");
  await eve.join(renewed); // who was removed may be given a new link
  await converged(ada, bob, carol, eve);
});

test("roles go up and down and a second owner acts, while the room stays open for all", {
  timeout: 150_000,
}, async () => {
  const [ada, bob, eve] = await three();
  await rules(ada);
  await ada.page.getByLabel("Role of Eve").selectOption("viewer");
  await ada.page.getByRole("button", { name: "Make Eve a viewer" }).click();
  await ada.page.getByText("Eve is a viewer now.").waitFor();
  await eve.page
    .getByText("You can read here", { exact: false })
    .or(eve.page.getByText("viewer").first())
    .first()
    .waitFor();
  await ada.page.getByLabel("Role of Eve").selectOption("editor");
  await ada.page.getByText("Eve is an editor now.").waitFor();
  await eve.typeAtEnd("Eve writes again");
  await ada.page.getByLabel("Role of Bob").selectOption("owner");
  await ada.page.getByText("Bob is an owner now.").waitFor();
  await ada.page.keyboard.press("Escape");
  expect(await converged(ada, bob, eve)).toContain("Eve writes again");
  await rules(bob);
  await bob.page.getByRole("switch", { name: "Lock the room" }).check();
  await ada.page.getByRole("img", { name: /^Locked/ }).waitFor();
  await bob.page.keyboard.press("Escape");
});
