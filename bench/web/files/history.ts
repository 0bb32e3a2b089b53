import { parseLink, Room, type Timer } from "@coterie/core";
import { NodeWorld } from "../../../tests/support/NodeWorld.ts";
import { until } from "../../../tests/support/until.ts";
import { linkOf, median, roomOf, type Site, stranger } from "./site.ts";

/** Characters that each record adds, so that ten thousand of them make a megabyte. */
const piece = 100;

/** For its member time goes ten times as fast, so that what they type leaves as ten times as many records. */
class BusyWorld extends NodeWorld {
  override now(): number {
    return super.now() * 10;
  }

  override setTimer(run: () => void, ms: number): Timer {
    return super.setTimer(run, ms / 10);
  }
}

/**
 * A file of a megabyte that was written in ten thousand records: how long a browser that is new in its room takes from a press on it until its
 * text shows; first by its log alone, as nobody who may vouch for a snapshot has looked at it, then behind the snapshot that its owner's page wrote.
 */
export async function measureHistory(site: Site, records: number, repetitions: number): Promise<object> {
  const page = await roomOf(site, "History");
  const address = await linkOf(page);
  const link = parseLink(address);
  if ("error" in link) throw new Error(link.error);
  const room = await Room.join(new BusyWorld(), { server: link.server, link, name: "Writer" });
  const id = await room.tree.create("file", undefined, "history.txt");
  const file = await room.open(id);
  const written = () => room.heads().get(id)?.seq ?? 0;
  for (let nth = 0; written() < records; nth++) {
    const line = `${nth} ${"x".repeat(piece)}`.slice(0, piece - 1);
    file.text.insert(file.text.length === 0 ? 0 : (nth * 7_919) % file.text.length, `${line}\n`);
    await until(() => room.view.get().unsaved < 40, "it is being saved");
    await new Promise((resolve) => setTimeout(resolve, 6));
  }
  await until(() => room.view.get().unsaved === 0, "all is saved");
  const [seq, characters] = [written(), file.text.length];
  const byLog = await opened(site, address, repetitions);
  await page.getByRole("treeitem", { name: "history.txt" }).click();
  await until(() => written() > seq, "a snapshot is in the log");
  await page.getByRole("treeitem", { name: "welcome.md" }).click();
  file.close();
  room.close();
  const bySnapshot = await opened(site, address, repetitions);
  await page.context().close();
  const [log, snapshot] = [median(byLog), median(bySnapshot)].map(Math.round) as [number, number];
  const what = `${(characters / 1_000_000).toFixed(1)} MB in ${seq} records`;
  console.log(
    `\na file of ${what}, medians of ${repetitions}: shows in ${log} ms by its log, ${snapshot} ms by a snapshot`,
  );
  return {
    ...{ records: seq, characters, logMs: byLog.map(Math.round), snapshotMs: bySnapshot.map(Math.round) },
    median: { log, snapshot },
  };
}

/** From a press on the file until its text shows, in browsers that were never there. */
async function opened(site: Site, address: string, repetitions: number): Promise<number[]> {
  const taken: number[] = [];
  for (let nth = 0; nth < repetitions; nth++) {
    const { context, page } = await stranger(site);
    await page.goto(address);
    await page.getByRole("textbox", { name: "Your name" }).fill(`Guest ${nth}`);
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByRole("tab", { name: "welcome.md" }).waitFor();
    const row = page.getByRole("treeitem", { name: "history.txt" });
    await row.waitFor();
    const begun = performance.now();
    await row.click();
    await page.locator(".monaco-editor .view-line", { hasText: "xxxx" }).first().waitFor();
    taken.push(performance.now() - begun);
    await context.close();
  }
  return taken;
}
