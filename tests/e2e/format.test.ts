import { expect, test } from "vitest";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

const { permanentRoom, person } = stage();

/** Puts a text into the open editor as it is: what is typed closes brackets by itself. */
async function paste(one: Person, text: string): Promise<void> {
  await one.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await one.page.locator(".monaco-editor .view-lines").first().click();
  await one.page.keyboard.press("Control+v");
}

test("a document is formatted for everyone in one step of undo, and where there is no formatting that is said", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  const { page } = ada;
  await ada.newFile("main.ts");
  await paste(ada, "function a( ){\nreturn   1\n}\n");
  await bob.file("main.ts").click();
  await expect.poll(() => bob.text()).toContain("return   1");
  await page.keyboard.type("// mine");
  await page.keyboard.press("Shift+Alt+F");
  const done = "function a() {\n    return 1\n}\n// mine";
  for (const one of [ada, bob]) await expect.poll(() => one.text(), { timeout: 30_000 }).toBe(done);
  await page.keyboard.press("Control+z");
  for (const one of [ada, bob]) await expect.poll(() => one.text()).toBe("function a( ){\nreturn   1\n}\n// mine");

  await ada.newFile("a.json");
  await paste(ada, '{"a":[1]}');
  await page.keyboard.press("F1");
  await page.keyboard.type("format document");
  await page.getByRole("option", { name: /^Format document Shift\+Alt\+F/ }).waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => ada.text(), { timeout: 20_000 }).toBe('{\n    "a": [\n        1\n    ]\n}');

  await ada.newFile("notes.txt");
  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("Shift+Alt+F");
  await page.getByText("There is no formatting for plain text here.").waitFor();
});
