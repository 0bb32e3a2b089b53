import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { disk } from "./support/disk.ts";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

/** A program that leaves a room as a run package, and is started on this machine; of a server that runs no programs. */
const { person, wire } = stage(() => ["--runs", "0"]);
const { folder } = disk();

/** Presses what downloads a package, and unpacks it. @returns the folder with the scripts */
async function unpacked({ page }: Person, name: string, press: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  expect(download.suggestedFilename()).toBe(`${name}.zip`);
  const own = await folder({});
  const zip = join(own, download.suggestedFilename());
  await download.saveAs(zip);
  await page.getByText(`Downloaded ${name}.zip`).waitFor();
  const into = join(own, "it's unpacked");
  const { status, stderr } = spawnSync("unzip", ["-q", zip, "-d", into], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return join(into, name);
}

function started(script: string, words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(script, words, { cwd: "/", encoding: "utf8", timeout: 60_000 });
  return { status, stdout, stderr };
}

test("who may only read downloads a program, with what belongs to it and the chosen arguments, and it runs", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Bridge");
  await ada.newFile("greet.py");
  await ada.typeAtEnd("def greet(*names): print('Hello,', *names, sep='|')\n");
  const name = "it's $(touch hurt) & %PATH%.py";
  await ada.newFile(name);
  await ada.typeAtEnd("import sys; from greet import greet; greet(*sys.argv[1:]); sys.exit(3)\n");
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("viewer"));
  await bob.file(name).click();
  await expect.poll(() => bob.text()).toContain("sys.exit(3)");
  await bob.page.getByRole("button", { name: "Programs", exact: true }).click();
  await bob.page.getByText("This server runs no programs.").waitFor();
  await bob.page.getByRole("textbox", { name: "Arguments" }).fill("'two words' $HOME");
  const at = await unpacked(bob, "it-s-touch-hurt-PATH-run", () =>
    bob.page.getByRole("button", { name: "Download as a run package" }).click(),
  );
  for (const script of ["run.sh", "run.command"])
    expect(started(join(at, script), ["more"])).toEqual({
      status: 3,
      stdout: "Hello,|two words|$HOME|more\n",
      stderr: "",
    });
  expect(readFileSync(join(at, "code/greet.py"), "utf8")).toContain("def greet");
  expect(readFileSync(join(at, "README.txt"), "utf8")).toContain("BEFORE YOU START IT");
}, 120_000);

test("the list of commands has the package of the file in front, as its writer sees it", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Bridge");
  await ada.newFile("main.c");
  await ada.typeAtEnd('#include <stdio.h>\nint main(void) { puts("ready"); }\n');
  const at = await unpacked(ada, "main-run", async () => {
    await ada.page.keyboard.press("F1");
    await ada.page.keyboard.type("run package");
    await ada.page.getByRole("option", { name: "Download main.c as a run package" }).click();
  });
  expect(started(join(at, "run.sh"), [])).toEqual({ status: 0, stdout: "ready\n", stderr: "" });
}, 120_000);

test("where the package is the way that was chosen for a language, its key downloads it", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Bridge");
  await ada.newFile("main.py");
  await ada.typeAtEnd("print(6 * 7)\n");
  await ada.page.getByRole("button", { name: "How Python programs run" }).click();
  await ada.page.getByRole("menuitemradio", { name: "Run package" }).click();
  await ada.page.getByRole("menu").waitFor({ state: "detached" });
  const at = await unpacked(ada, "main-run", () => ada.page.keyboard.press("Control+Shift+R"));
  expect(started(join(at, "run.sh"), [])).toEqual({ status: 0, stdout: "42\n", stderr: "" });
}, 120_000);
