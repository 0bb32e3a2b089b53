import { join } from "node:path";
import { expect, test } from "vitest";
import { disk, noise } from "./support/disk.ts";
import { stage } from "./support/stage.ts";

const { permanentRoom } = stage(() => ["--bytes-per-file", "3000000", "--file-bytes-per-room", "5000000"]);
const { folder, drop } = disk();

test("what is too large is refused before it is read, a full room says how full it is, and writing goes on", {
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
  const told = page.getByRole("dialog", { name: "Not everything came along" });
  const row = (name: string) => told.getByRole("listitem").filter({ hasText: name });
  await drop(ada, at("large.png", "one.png"), "[role=tree]");
  const asks = page.getByRole("dialog", { name: "Bring in files" });
  await asks
    .getByRole("listitem")
    .filter({ hasText: "large.png" })
    .filter({ hasText: "3.1 MB: a file may have 3.0 MB here" })
    .waitFor();
  await asks.getByRole("button", { name: "Bring in" }).click();
  await ada.file("one.png").waitFor();
  await told.getByRole("button", { name: "Close" }).last().click();

  await drop(ada, at("two.png"), "[role=tree]");
  await page.getByText(/nearly full: 4\.\d MB of 5\.0 MB/).waitFor();
  await drop(ada, at("three.png"), "[role=tree]");
  await row("three.png")
    .filter({ hasText: /no space for it: 4\.\d MB of 5\.0 MB .* Delete some/ })
    .waitFor();
  await told.getByRole("button", { name: "Close" }).last().click();

  await ada.file("welcome.md").click();
  await ada.typeAtEnd("still");
  await expect.poll(() => ada.text()).toMatch(/still$/);
  await ada.deleteFile("two.png"); // what was deleted makes room
  await drop(ada, at("three.png"), "[role=tree]");
  await ada.file("three.png").waitFor();
});
