import { expect, test } from "vitest";
import { Random } from "../../../../tests/support/Random.ts";
import { Storm } from "../../../../tests/support/Storm.ts";
import { TestHub } from "./TestHub.ts";
import { TestWorld } from "./TestWorld.ts";

/** The soak's little sister: the same storm over a hub in this process. COTERIE_SEED replays what the people do. */
const PEOPLE = 6;
const FILES = 2;
const SECONDS = 1;
const PAUSE_MS = 60;
const SETTLE_MS = 20_000;

test("J14 J15 R5 S2 six people, lost lines and two restarts of the hub: all hold the same, nothing that was saved is lost", async () => {
  const hub = new TestHub();
  const world = () => new TestWorld(hub);
  const random = Random.printed();
  const storm = await Storm.gather({ people: PEOPLE, files: FILES, server: hub.origin, adminKey: "", world, random });
  try {
    await storm.rage(SECONDS, PAUSE_MS);
    storm.note();
    await hub.restart();
    await storm.rage(SECONDS, PAUSE_MS);
    await storm.join("editor");
    storm.note();
    await hub.restart();
    await storm.rage(SECONDS, PAUSE_MS);
    await storm.settle(SETTLE_MS);
    await storm.join("viewer");
    await storm.settle(SETTLE_MS);
    storm.agree();
    console.log(storm.tally);
    const [room] = hub.rooms.values();
    for (const [stream, { seq }] of storm.owner.room.heads())
      expect(seq).toBe(room!.state.findStream(stream as never)?.seq ?? 0);
  } finally {
    storm.close();
  }
}, 60_000);
