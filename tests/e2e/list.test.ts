import { expect, test } from "vitest";
import { stage } from "./support/stage.ts";

/** The list of rooms on a server whose operator keeps one. */
const { person, wire } = stage(() => ["--room-list"]);

test("an owner lists a room by a name of its own, a stranger goes to its door, and it goes with the room", async () => {
  const ada = await person("Ada");
  const eve = await person("Eve");
  const list = eve.page.getByRole("region", { name: "Rooms on this server" });
  await eve.page.goto(wire().url);
  await list.getByText("No room is listed.").waitFor();
  await ada.createRoom(wire().url, "Secret study group", { password: "open sesame" });
  await ada.choose("List the room");
  await ada.page.getByRole("textbox", { name: "Name in the list" }).fill("Open evening");
  await ada.page.getByRole("button", { name: "List the room" }).click();
  await ada.page.getByText("The start page shows the room as “Open evening”.").waitFor();
  await eve.page.reload();
  expect(await list.textContent()).not.toContain("Secret");
  await list.getByRole("button", { name: "Open evening" }).click();
  await eve.page.getByLabel("Password").first().fill("open sesame");
  await eve.page.getByRole("textbox", { name: "Your name" }).fill("Eve");
  await eve.page.getByRole("button", { name: "Join" }).click();
  await eve.tree.waitFor();
  await eve.page.getByRole("button", { name: "Room menu" }).click();
  expect(await eve.page.getByRole("menuitem", { name: "List the room" }).count()).toBe(0);
  await ada.choose("List the room");
  await ada.page.getByRole("button", { name: "Take it off the list" }).click();
  await ada.page.getByText("The start page shows the room no more.").waitFor();
  await eve.page.goto(wire().url);
  await list.getByText("No room is listed.").waitFor();
  await ada.choose("List the room");
  await ada.page.getByRole("textbox", { name: "Name in the list" }).fill("Last evening");
  await ada.page.getByRole("button", { name: "List the room" }).click();
  await eve.page.reload();
  await list.getByRole("button", { name: "Last evening" }).waitFor();
  await ada.choose("Destroy the room");
  await ada.page.getByRole("textbox", { name: /name/i }).fill("Secret study group");
  await ada.page
    .getByRole("button", { name: /Destroy/ })
    .last()
    .click();
  await expect
    .poll(
      async () => {
        await eve.page.reload();
        return await list.getByText("No room is listed.").count();
      },
      { timeout: 30_000, interval: 1_000 },
    )
    .toBe(1);
}, 120_000);
