import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readEvidence } from "@coterie/core/rooms/Evidence.ts";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { stage } from "./support/stage.ts";

/** What a person sees of a server that lies: whoever sits before it turns its clock by a millisecond, for one of two people. */
const { person, permanentRoom, converged } = stage();

const coterie = fileURLToPath(new URL("../../src/Coterie.Cli/bin/Release/net10.0/coterie.dll", import.meta.url));
const DELIVER = 8;
const EDIT = 1;

/** The same message, in which each edit stands a millisecond later. */
function later(message: Buffer): Buffer {
  const changed = Buffer.from(message);
  for (let at = 0; at < changed.length; at += 4 + changed.readUInt32BE(at)) {
    const record = at + 5 + 16;
    if (changed[at + 4] === DELIVER && changed[record + 1] === EDIT) {
      const time = at + 5 + 8;
      changed.writeBigUInt64BE(changed.readBigUInt64BE(time) + 1n, time);
    }
  }
  return changed;
}

test("P2 J10 a forked history stays in sight, says what to do, and is saved as evidence that others can check", async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  let lies = false;
  await bob.page.routeWebSocket(/hub$/, (line) => {
    line.connectToServer().onMessage((message) => {
      line.send(lies && typeof message !== "string" ? later(message) : message);
    });
  });
  await bob.join(await ada.copyLink("editor"));
  await ada.typeAtEnd("\nbefore");
  await converged(ada, bob);
  lies = true;
  await ada.typeAtEnd("\nforked");

  const strip = bob.page.getByRole("alert").filter({ hasText: "You and others were shown different histories" });
  await strip.getByRole("button", { name: "What to do" }).click();
  const dialog = bob.page.getByRole("dialog");
  await dialog.getByText("Either the server shows you and them different things").waitFor();
  await dialog.getByText("Ada", { exact: true }).waitFor();
  await dialog.getByText(/^welcome\.md, position \d+$/).waitFor();
  const [download] = await Promise.all([
    bob.page.waitForEvent("download"),
    dialog.getByRole("button", { name: "Save the evidence" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^coterie-evidence-[0-9a-z]{26}\.json$/);
  const path = await download.path();
  expect(existsSync(path)).toBe(true);
  const finding = await readEvidence(readFileSync(path, "utf8"));
  expect(finding).toMatchObject({ proven: true });
  const { stdout } = await promisify(execFile)("dotnet", [coterie, "evidence", path]);
  expect(stdout).toMatch(/^PROVEN: two members signed different histories/);

  await dialog.getByRole("button", { name: "Verification words" }).click();
  await bob.page.getByText("Read these aloud to each other").waitFor();
  await bob.page.keyboard.press("Escape");
  await bob.page.keyboard.press("Escape");
  await strip.waitFor();
}, 90_000);

/** Puts letters into a page's document so that nothing of the client hears of it: no edit of anybody's, as if its memory had changed. */
async function corrupt(page: Page, file: string): Promise<void> {
  await page.getByRole("group", { name: `About ${file}` }).evaluate((bar) => {
    const key = Object.keys(bar).find((name) => name.startsWith("__reactFiber"))!;
    type Fiber = {
      return: Fiber | null;
      memoizedProps: { file?: { text?: { insert(at: number, text: string): void } } } | null;
    };
    let fiber = (bar as unknown as Record<string, Fiber>)[key] ?? null;
    while (fiber && fiber.memoizedProps?.file?.text === undefined) fiber = fiber.return;
    const { doc, text } = fiber!.memoizedProps!.file as unknown as {
      doc: { _observers: Map<string, unknown> };
      text: { insert(at: number, text: string): void };
    };
    const listeners = doc._observers.get("update");
    doc._observers.delete("update");
    text.insert(0, "not of this room ");
    doc._observers.set("update", listeners);
  });
}

test("E8 a page whose document was changed behind its back has the room's text again, says so, and keeps what stood there", async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await ada.typeAtEnd("\nbefore");
  await converged(ada, bob);
  for (const { page } of [ada, bob]) await page.getByText("In step with 1 other", { exact: true }).waitFor();
  await corrupt(bob.page, "welcome.md");
  await expect.poll(() => bob.text()).toContain("not of this room");
  await ada.typeAtEnd("\nand on");
  const strip = bob.page.getByRole("alert").filter({ hasText: "was not what the room has" });
  await strip.waitFor();
  expect(await converged(ada, bob)).not.toContain("not of this room");
  const [download] = await Promise.all([
    bob.page.waitForEvent("download"),
    strip.getByRole("button", { name: "Save it as a file" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("before-welcome.md");
  expect(readFileSync(await download.path(), "utf8")).toContain("not of this room");
  await strip.getByRole("button", { name: "Dismiss" }).click();
  await strip.waitFor({ state: "detached" });
  await bob.typeAtEnd("\nBob goes on");
  expect(await converged(ada, bob)).toContain("Bob goes on");
  for (const { page } of [ada, bob]) await page.getByText("In step with 1 other", { exact: true }).waitFor();
}, 90_000);
