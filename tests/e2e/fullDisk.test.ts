import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Server } from "../support/Server.ts";
import { arrived } from "./support/arrived.ts";
import { disk, noise } from "./support/disk.ts";
import { stage } from "./support/stage.ts";

const { folder, drop } = disk();

/** Fills the server's disk up to so many bytes. @returns what makes space again */
function fill({ data }: Server, left: number): () => void {
  const ballast = join(data, "ballast");
  const { bavail, bsize } = statfsSync(data);
  writeFileSync(ballast, new Uint8Array(bavail * bsize - left));
  return () => rmSync(ballast);
}

// Each on a server of its own: what its store has taken of the disk before it can write to again.
describe("on a server whose disk is small", () => {
  const { permanentRoom, person, server } = stage(() => [], { diskBytes: 60_000_000 });

  test("H3 a disk that is full in the midst of a large drop is said, in front of it and to the others, and with space again all comes whole", {
    timeout: 120_000,
  }, async () => {
    const ada = await permanentRoom();
    const { page } = ada;
    const link = await ada.copyLink("editor");
    const bob = await person("Bob");
    await bob.join(link);
    const files: Record<string, string | Uint8Array> = {};
    for (let nth = 0; nth < 8; nth++) files[`p/${nth}.png`] = noise(2_000_000, nth);
    for (let nth = 0; nth < 60; nth++) files[`p/t/${nth}.txt`] = `line of ${nth}\n`.repeat(500);
    const base = await folder(files);
    const makeSpace = fill(server(), 8_000_000);
    await drop(ada, [join(base, "p")], "body");
    const card = page.getByRole("region", { name: "Bringing in files" });
    const said = /^The server's disk is full\. .* Tell whoever runs the server\.$/;
    await page.getByText(said).waitFor({ timeout: 40_000 });
    await card.getByText("It goes on by itself").waitFor();
    await bob.page.getByText(said).waitFor();
    await bob.page.getByText(said).waitFor({ state: "detached", timeout: 40_000 }); // he only reads
    const lost: string[] = [];
    bob.page.on("websocket", (socket) => lost.push(socket.url()));
    await page.getByRole("button", { name: "Try again" }).click();
    await page.waitForTimeout(3_000); // in vain
    await page.getByText(said).waitFor();
    expect(await page.getByText("Brought in").count()).toBe(0);
    expect(lost).toEqual([]); // her tries leave his connection alone
    await bob.typeAtEnd("written on a full disk");
    await bob.page.getByText("stays with you").waitFor();
    await bob.page.getByRole("button", { name: "Try again" }).click();
    await page.waitForTimeout(3_000); // in vain
    await bob.page.getByText("stays with you").waitFor();
    expect(lost).toEqual([]); // he reads on

    makeSpace();
    const again = page.getByRole("button", { name: "Try again" });
    await again.focus();
    await page.keyboard.press("Enter");
    await again.waitFor({ state: "detached" });
    await expect.poll(() => ada.atEditor()).toBe(true);
    await page.getByText("Brought in 68 files.").waitFor({ timeout: 60_000 });
    await ada.badge("Saved").waitFor();
    await bob.badge("Saved").waitFor({ timeout: 40_000 });
    for (const each of [ada, bob]) {
      await expect.poll(() => each.text(), { timeout: 20_000 }).toMatch(/written on a full disk$/);
      await each.page.getByText(said).waitFor({ state: "detached" });
    }
    await server().kill();
    await server().restart();
    await arrived(link.replace(/\/\/[^/]+/, `//localhost:${server().port}`), files, 1);
  });
});

describe("on another one", () => {
  const { permanentRoom, server } = stage(() => [], { diskBytes: 60_000_000 });

  test("what was stopped on a full disk is dropped once more when there is space, and nothing of it is there twice", {
    timeout: 120_000,
  }, async () => {
    const ada = await permanentRoom();
    const { page } = ada;
    const files = { "one.png": noise(2_000_000, 1), "two.png": noise(2_000_000, 2), "three.png": noise(2_000_000, 3) };
    const base = await folder(files);
    const paths = Object.keys(files).map((name) => join(base, name));
    const makeSpace = fill(server(), 1_000_000);
    await drop(ada, paths, "body");
    const card = page.getByRole("region", { name: "Bringing in files" });
    await page.getByText("disk is full").waitFor({ timeout: 40_000 });
    await card.getByRole("button", { name: "Stop" }).click();
    await card.getByRole("button", { name: "Stop now" }).click();
    await page.getByText("Stopped after 0 files.").waitFor();
    makeSpace();
    await page.getByText("disk is full").waitFor({ state: "detached", timeout: 40_000 });
    await drop(ada, paths, "body");
    await page.getByText("Brought in 3 files.").waitFor({ timeout: 40_000 });
    await arrived(await ada.copyLink("editor"), files, 1);
  });
});
