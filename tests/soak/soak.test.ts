import { afterEach, beforeEach, test } from "vitest";
import { Wire } from "../e2e/support/Wire.ts";
import { NodeWorld } from "../support/NodeWorld.ts";
import { Random } from "../support/Random.ts";
import { Server } from "../support/Server.ts";
import { Storm, sleep } from "../support/Storm.ts";

/** COTERIE_SEED replays what the people do; COTERIE_SOAK_SECONDS lengthens the storm. */
const STORM_SECONDS = Number(process.env.COTERIE_SOAK_SECONDS ?? 20);
const PEOPLE = 20;
const FILES = 5;
const PAUSE_MS = 400; // one person's mean time between two acts
const DARK_MS = 500; // between a kill and the restart
const SETTLE_MS = 60_000;

let server: Server;
let wire: Wire;

beforeEach(async () => {
  server = await Server.start();
  wire = await Wire.to(server.port);
});

afterEach(async () => {
  await wire.close();
  await server.stop();
});

test(
  "H1 J14 J15 N2 twenty people, a late one, two kill -9s: all hold the same, and nothing that was saved is lost",
  async () => {
    const random = Random.printed();
    const world = () => new NodeWorld();
    const adminKey = await server.adminKey();
    const storm = await Storm.gather({ people: PEOPLE, files: FILES, server: wire.url, adminKey, world, random });
    try {
      const quarter = STORM_SECONDS / 4;
      await storm.rage(quarter, PAUSE_MS);
      await Promise.all([killAndRestart(storm), storm.rage(quarter, PAUSE_MS)]);
      await storm.join("editor");
      await storm.rage(quarter, PAUSE_MS);
      await Promise.all([killAndRestart(storm), storm.rage(quarter, PAUSE_MS)]);
      await storm.settle(SETTLE_MS);
      await storm.join("viewer");
      await storm.settle(SETTLE_MS);
      await storm.agree();
      console.log(storm.tally);
    } finally {
      storm.close();
    }
  },
  (STORM_SECONDS + 180) * 1000,
);

async function killAndRestart(storm: Storm): Promise<void> {
  storm.note();
  await server.kill();
  wire.cut();
  await sleep(DARK_MS);
  await server.restart();
  wire.mend(server.port);
}
