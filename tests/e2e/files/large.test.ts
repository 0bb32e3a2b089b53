import { expect, test } from "vitest";
import type { Person } from "../support/Person.ts";
import { stage } from "../support/stage.ts";

const { permanentRoom, person } = stage();

async function paste(one: Person, lines: number, at = "Control+End"): Promise<void> {
  await one.page.evaluate((count) => navigator.clipboard.writeText("0123456789abcde\n".repeat(count)), lines);
  await one.page.locator(".monaco-editor .view-lines").first().click();
  await one.page.keyboard.press(at);
  await one.page.keyboard.press("Control+v");
}

test("a paste of two megabytes arrives whole, is saved and taken back, and one that is too much is refused before it is there", {
  timeout: 180_000,
}, async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  const { page } = ada;
  await ada.newFile("big.txt");
  const bar = (one: Person) => one.page.getByRole("group", { name: "About big.txt" });
  await paste(ada, 131_072);
  await bar(ada).getByRole("button", { name: "Ln 131073, Col 1" }).waitFor();
  await ada.badge("Saved").waitFor({ timeout: 60_000 });
  await bob.file("big.txt").click();
  await bar(bob).waitFor();
  await bob.page.locator(".monaco-editor .view-lines").first().click();
  await bob.page.keyboard.press("Control+End");
  await bar(bob).getByRole("button", { name: "Ln 131073, Col 1" }).waitFor();

  await paste(ada, 200_000);
  await page.getByText("Nothing was pasted: with it this text would have 5.3 MB, and 5.0 MB is the most.").waitFor();
  await bar(ada).getByRole("button", { name: "Ln 131073, Col 1" }).waitFor();
  await page.keyboard.type("end");
  await expect.poll(() => bob.text(), { timeout: 20_000 }).toContain("end");
  await page.waitForTimeout(600);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect.poll(() => bob.text(), { timeout: 20_000 }).toBe("");

  await paste(ada, 200_000);
  await bar(ada).getByRole("button", { name: "Ln 200001, Col 1" }).waitFor();
  await paste(ada, 150_000, "Control+a"); // in the place of what was there
  await bar(ada).getByRole("button", { name: "Ln 150001, Col 1" }).waitFor();
});

test("a minimap stands beside texts on large screens alone, until one wants it otherwise", {
  timeout: 60_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const minimap = page.locator(".monaco-editor .minimap:visible");
  await page.locator(".monaco-editor").first().waitFor();
  expect(await minimap.count()).toBe(0);
  await page.setViewportSize({ width: 1500, height: 850 });
  await expect.poll(() => minimap.count()).toBe(1);
  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("F1");
  await page.keyboard.type("show the minimap");
  await page.keyboard.press("Enter");
  await expect.poll(() => minimap.count()).toBe(0);
  await page.reload();
  await page.locator(".monaco-editor").first().waitFor({ timeout: 20_000 });
  await page.waitForTimeout(300);
  expect(await minimap.count()).toBe(0);
});
