import { afterEach, describe, expect, test } from "vitest";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { Company, opened, same, saved, until } from "./Company.ts";

let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

const kept = (frame: HubFrame) => [frame];

describe("edits that were not acknowledged when the page went away", () => {
  test("are sent on the next visit, after what the others wrote meanwhile", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const bob = await company.join(ada, "Bob");
    const [hers, his] = [await opened(ada, id), await opened(bob, id)];
    hers.text.insert(0, "base ");
    await saved(ada);
    await same(hers, his);
    world.reachable = false;
    world.drop();
    hers.text.insert(5, "typed offline");
    hers.text.delete(0, 1);
    ada.close();
    his.text.insert(0, "Bob: ");
    await saved(bob);
    world.reachable = true;
    const again = await company.reopen(ada, world);
    const file = await opened(again, id);
    await saved(again);
    expect(await same(file, his)).toBe("Bob: ase typed offline");
    expect(again.view.get().role).toBe("owner");
  });

  test("are not written twice where they had landed and only the ack was lost", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await opened(ada, id);
    await saved(ada);
    world.tamper = (frame) => (frame.type === "ack" ? [] : kept(frame));
    hers.text.insert(0, "once");
    const room = [...company.hub.rooms.values()][0]!;
    await until(() => room.logs.get(id as never)?.envelopes.length === 1, "it landed");
    expect(ada.view.get().unsaved).toBe(1);
    ada.close();
    world.tamper = kept;
    const again = await company.reopen(ada, world);
    const file = await opened(again, id);
    await saved(again);
    expect(file.text.toString()).toBe("once");
    expect(room.logs.get(id as never)?.envelopes.length).toBe(1);
  });

  test("stand in the vault unreadable, and are erased on leave", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await opened(ada, id);
    await saved(ada);
    world.reachable = false;
    world.drop();
    hers.text.insert(0, "a secret");
    const room = ada.view.get().id;
    let box: Uint8Array | undefined;
    for (let tries = 0; box === undefined && tries < 500; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      box = [...(((await world.vault.get(room, "outbox")) as Map<string, Uint8Array> | undefined)?.values() ?? [])][0];
    }
    expect(Buffer.from(box!).includes("a secret")).toBe(false);
    expect(((await world.vault.get(room, "outbox-key")) as CryptoKey).extractable).toBe(false);
    await ada.leave();
    expect(await world.vault.get(room, "outbox")).toBeUndefined();
    expect(await world.vault.list()).toEqual([]);
  });
});
