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

/** A file of a megabyte that was written in ten thousand records: how long a browser that is new in its room takes from a press on it until its text shows. */
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
  file.close();
  room.close();
  const taken: number[] = [];
  for (let nth = 0; nth < repetitions; nth++) {
    const guest = await stranger(site);
    await guest.page.goto(address);
    await guest.page.getByRole("textbox", { name: "Your name" }).fill(`Guest ${nth}`);
    await guest.page.getByRole("button", { name: "Join" }).click();
    await guest.page.getByRole("tab", { name: "welcome.md" }).waitFor();
    const row = guest.page.getByRole("treeitem", { name: "history.txt" });
    await row.waitFor();
    const begun = performance.now();
    await row.click();
    await guest.page.locator(".monaco-editor .view-line", { hasText: "xxxx" }).first().waitFor();
    taken.push(performance.now() - begun);
    await guest.context.close();
  }
  await page.context().close();
  const middle = Math.round(median(taken));
  console.log(
    `\na file of ${(characters / 1_000_000).toFixed(1)} MB behind ${seq} records: shows in ${middle} ms (median of ${repetitions})`,
  );
  return { records: seq, characters, openMs: taken.map(Math.round), median: middle };
}
