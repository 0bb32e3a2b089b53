import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { disk } from "./support/disk.ts";
import { stage } from "./support/stage.ts";

/** What a server that has seen a whole session knows of it: its disk and all that it printed are searched for what people wrote, and where they are. */
const address = "127.0.0.77";
const { person, wire, server } = stage(() => [], { from: address });
const { folder, drop } = disk();

/** Words that stand nowhere else, by what they are. */
const secrets = {
  room: "quokka-assembly",
  ada: "Adalbertine",
  bob: "Bobbington",
  folder: "wombat-folder",
  file: "numbat-file.py",
  renamed: "echidna-file.py",
  text: "platypus_in_the_text",
  typed: "bandicoot_was_typed",
  chat: "bilby says hello",
  dropped: "potoroo-picture.bin",
  content: "cassowary in the bytes",
  output: "kookaburra",
} as const;

/** Forms in which a word would lie in a file. */
function forms(word: string | Buffer): readonly Buffer[] {
  const plain = Buffer.from(word);
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), plain]).toString("base64");
    return text.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + plain.length) * 4) / 3)); // the letters that are of the word alone
  });
  return [
    plain,
    Buffer.from(plain.toString(), "utf16le"),
    Buffer.from(plain.toString("hex")),
    ...base64.map((text) => Buffer.from(text)),
  ];
}

function found(
  words: Readonly<Record<string, string | Buffer>>,
  where: readonly (readonly [string, Buffer])[],
): string[] {
  return Object.entries(words).flatMap(([what, word]) =>
    where.filter(([, bytes]) => forms(word).some((form) => bytes.includes(form))).map(([name]) => `${what} in ${name}`),
  );
}

function filesBelow(path: string): [string, Buffer][] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))]);
}

test("neither the server's disk nor what it prints has anybody's name, address, file names or text", async () => {
  const ada = await person(secrets.ada);
  await ada.createRoom(wire().url, secrets.room, { adminKey: await server().adminKey(), password: "tasmanian tiger" });
  const link = await ada.copyLink("editor");
  const bob = await person(secrets.bob);
  await bob.page.goto(link);
  await bob.page.getByRole("textbox", { name: "Your name" }).fill(secrets.bob);
  await bob.page.getByLabel(/^Password/).fill("tasmanian tiger");
  await bob.page.getByRole("button", { name: "Join" }).click();
  await bob.tree.waitFor();
  await ada.newFile(secrets.file);
  await ada.typeAtEnd(`print("kooka" + "burra") # ${secrets.text}\n`);
  await bob.file(secrets.file).click();
  await expect.poll(() => bob.text()).toContain(secrets.text);
  await bob.typeAtEnd(`# ${secrets.typed}\n`);
  await expect.poll(() => ada.text()).toContain(secrets.typed);
  await ada.renameFile(secrets.file, secrets.renamed);
  await ada.say(secrets.chat);
  await bob.page.getByRole("log", { name: "Messages" }).getByText(secrets.chat).waitFor();
  const at = await folder({ [`${secrets.folder}/${secrets.dropped}`]: `\0${secrets.content}\0`.repeat(100) });
  await drop(ada, [join(at, secrets.folder)], "[role=tree]");
  await bob.file(secrets.folder).waitFor();
  await ada.page.keyboard.press("Escape");
  await ada.page.getByRole("button", { name: `Run ${secrets.renamed}`, exact: true }).click();
  await ada.page
    .getByRole("dialog", { name: "The server reads what it runs" })
    .getByRole("button", { name: "Run" })
    .click();
  await ada.page.getByText("Exit code 0").filter({ visible: true }).waitFor({ timeout: 60_000 });
  await expect.poll(() => ada.page.locator(".xterm-rows").first().innerText()).toContain(secrets.output);
  await server().kill();
  await server().restart();
  wire().mend(server().port);
  await bob.typeAtEnd("# after\n");
  await expect.poll(() => ada.text(), { timeout: 60_000 }).toContain("# after");

  const printed = ["what it printed", Buffer.from(server().said.join("\n"))] as const;
  const where = [printed, ...filesBelow(server().data)];
  const adminKey = await server().adminKey();
  expect(found({ adminKey, port: `${server().port}` }, where)).toEqual(
    expect.arrayContaining(["adminKey in admin.key", "port in what it printed"]),
  ); // the search finds
  expect(server().said.length).toBeLessThan(200); // all of it is there
  const linkSecret = link.slice(link.indexOf("#") + 1).split(".")[1]!;
  const bytes = Buffer.from(linkSecret, "base64url");
  expect(bytes.length).toBe(32);
  const hidden = { ...secrets, address, password: "tasmanian tiger", linkSecret, bytes };
  expect(found(hidden, where)).toEqual([]);
}, 180_000);
