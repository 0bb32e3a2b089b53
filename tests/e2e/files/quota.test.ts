import { join } from "node:path";
import { expect, test } from "vitest";
import { disk, noise } from "../support/disk.ts";
import { stage } from "../support/stage.ts";

const { permanentRoom } = stage(() => ["--bytes-per-file", "3000000", "--file-bytes-per-room", "5000000"]);
const { folder, drop } = disk();

test("what is too large or finds no space is refused before anything is made, a full room says how full it is, and writing goes on", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const base = await folder({
    "large.png": noise(3_100_000, 1),
    "one.png": noise(2_900_000, 2),
    "two.png": noise(1_900_000, 3),
    "three.png": noise(500_000, 4),
    "long.txt": "a line of text\n".repeat(180_000),
  });
  const at = (...names: string[]) => names.map((name) => join(base, name));
  const card = page.getByRole("region", { name: "Bringing in files" });
  const note = page.getByText(/4\.\d MB of the room's 5\.0 MB .* Delete what nobody needs/);
  await drop(ada, at("large.png", "one.png"), "[role=tree]");
  const asks = page.getByRole("dialog", { name: "Bring in files" });
  await asks
    .getByRole("listitem")
    .filter({ hasText: "large.png" })
    .filter({ hasText: "3.1 MB: a file may have 3.0 MB here" })
    .waitFor();
  await asks.getByRole("button", { name: "Bring in" }).click();
  await ada.file("one.png").waitFor();
  await card.getByRole("button", { name: "Dismiss" }).click();
  expect(await note.count()).toBe(0);

  await drop(ada, at("two.png"), "[role=tree]");
  await page.getByText(/nearly full: 4\.\d MB of 5\.0 MB/).waitFor();
  await note.waitFor();
  await drop(ada, at("three.png"), "[role=tree]");
  await asks.getByText(/There is no space for it\. .* needs \d+ kB in the room, and \d+ kB are free\./).waitFor();
  expect(await asks.getByRole("button", { name: "Bring in what fits" }).isEnabled()).toBe(false);
  await asks.getByRole("button", { name: "Cancel" }).click();
  const many = await folder(
    Object.fromEntries(
      [1, 2, 3, 4].map((nth) => [`many/part${nth}/${nth}.png`, noise(nth === 1 ? 20_000 : 900_000, nth)]),
    ),
  );
  await drop(ada, [join(many, "many")], "[role=tree]");
  await asks.getByText("One file, 20 kB, would come.").waitFor();
  await asks
    .getByRole("listitem")
    .filter({ hasText: /many\/part\d\/\d\.png and 2 more 2\.7 MB, and \d+ kB are free/ })
    .waitFor();
  await asks.getByRole("button", { name: "Bring in what fits" }).click();
  await card.getByText("One file came. Not everything came along: 3 left out.").waitFor();
  await ada.file("many").click();
  await ada.file("part1").waitFor();
  expect(await ada.file("part2").count()).toBe(0); // no folder of which no file came
  await card.getByRole("button", { name: "Dismiss" }).click();

  await ada.file("welcome.md").click();
  await ada.typeAtEnd("still");
  await expect.poll(() => ada.text()).toMatch(/still$/);
  await ada.deleteFile("two.png"); // what was deleted makes room
  await drop(ada, at("three.png"), "[role=tree]");
  await ada.file("three.png").waitFor();
  await note.waitFor({ state: "detached" });
});
