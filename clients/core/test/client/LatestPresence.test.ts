import { beforeEach, describe, expect, test } from "vitest";
import { LatestPresence, LOOKED_AT_ONCE } from "../../src/client/LatestPresence.ts";
import { Limits, RecordClass, type RecordView } from "../../src/index.ts";
import { concat, EMPTY } from "../../src/wire/Bytes.ts";
import { idOf, type SessionId } from "../../src/wire/Ids.ts";
import { encodeAad, parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { ManualWorld } from "./ManualWorld.ts";
import { TestHub } from "./TestHub.ts";

/** Which presence of a crowd is looked at, and when: by a clock that the test moves, over one member's waiting presence. */
let world: ManualWorld;
let latest: LatestPresence;
let asked: number;
beforeEach(() => {
  world = new ManualWorld(new TestHub());
  asked = 0;
  latest = new LatestPresence(world, () => {
    asked += 1;
  });
});

/** What the `nth` person's session said as its `counter`th presence. */
function said(nth: number, counter: number): RecordView {
  const header = {
    suite: 1,
    class: RecordClass.Presence,
    version: 0,
    seenSeq: 0,
    seenHead: new Uint8Array(16),
  } as const;
  const at = (number: number) =>
    idOf<never>(Uint8Array.from({ length: 16 }, (_, byte) => (byte < 14 ? 7 : number >> (8 * (15 - byte)))));
  const aad = encodeAad({ ...header, roomId: at(0), stream: at(1), session: at(nth) as SessionId, counter }, EMPTY);
  const record = parseRecord(concat(aad, new Uint8Array(4)));
  if (failed(record)) throw new Error(record.error);
  return record;
}

const told = (records: readonly RecordView[]) =>
  records.map(({ session, counter }) => [Number.parseInt(session.slice(28), 16), counter]);

/** Takes as often as it is asked to, at once. */
function takeAll(): RecordView[] {
  const taken: RecordView[] = [];
  for (; asked > 0; asked--) {
    taken.push(...latest.take());
    latest.looked();
  }
  return taken;
}

interface Look {
  readonly at: number;
  readonly waited: number;
  readonly who: number;
  readonly counter: number;
}

/** So many people move so often for so many seconds; every look is taken at once, as on a machine that has nothing else to do. */
async function crowd(people: number, rate: number, seconds: number): Promise<readonly Look[]> {
  const looks: Look[] = [];
  const saidAt = new Map<string, number>();
  const look = () => {
    for (const [who, counter] of told(takeAll()) as [number, number][])
      looks.push({ at: world.now(), waited: world.now() - saidAt.get(`${who} ${counter}`)!, who, counter });
  };
  const moves = new Array<number>(people).fill(0);
  for (let ms = 0; ms < seconds * 1_000 + 300; ms++) {
    for (let who = 0; who < people && ms < seconds * 1_000; who++) {
      const [period, offset] = [1_000 / rate, (who * 1_000) / rate / people];
      if (Math.floor((ms - offset) / period) === Math.floor((ms - 1 - offset) / period)) continue;
      moves[who]! += 1;
      saidAt.set(`${who} ${moves[who]}`, world.now());
      latest.add(said(who, moves[who]!));
      look();
    }
    world.advance(1);
    look();
  }
  for (let who = 0; who < people; who++) expect(looks.findLast((look) => look.who === who)?.counter).toBe(moves[who]); // where everyone is in the end is known
  return looks;
}

describe("W6 how often a place is looked at", () => {
  test("who moves after a rest is looked at in the same turn", () => {
    for (let counter = 1; counter <= 3; counter++) {
      latest.add(said(1, counter));
      expect(asked).toBe(1);
      expect(told(takeAll())).toEqual([[1, counter]]);
      world.advance(Math.ceil(1_000 / Limits.PresencePerSecond));
    }
  });

  test("of eight who move as often as they may nothing is left out, and nothing waits for a frame of thirty a second", async () => {
    const looks = await crowd(8, Limits.PresencePerSecond, 3);
    expect(looks.length).toBe(8 * Limits.PresencePerSecond * 3);
    expect(Math.max(...looks.map(({ waited }) => waited))).toBeLessThanOrEqual(33);
  });

  test("fifty who move twenty times a second are each seen five to eight times in it, evenly", async () => {
    const looks = await crowd(50, 20, 3);
    for (let who = 0; who < 50; who++) {
      const at = looks.filter((look) => look.who === who).map((look) => look.at);
      expect(at.length / 3).toBeGreaterThanOrEqual(5);
      expect(at.length / 3).toBeLessThanOrEqual(8);
      for (const [nth, time] of at.slice(1, -1).entries()) expect(time - at[nth]!).toBeLessThanOrEqual(220);
    }
    expect(Math.max(...looks.map(({ waited }) => waited))).toBeLessThanOrEqual(200);
  });

  test.each([
    [50, 30],
    [64, 30],
    [16, 20],
  ])("%i who move %i times a second cost 333 looks a second, and one round more", async (people, rate) => {
    expect((await crowd(people, rate, 3)).length).toBeLessThanOrEqual(333 * 3 + 2 * people);
  });
});

describe("W6 which place is looked at", () => {
  test("the newest of each session, who waits longest first, whoever moves most", () => {
    latest.add(said(9, 1));
    takeAll();
    for (const [who, counter] of [
      [1, 1],
      [2, 1],
      [3, 1],
      [2, 2],
      [1, 2],
      [1, 3],
    ] as const)
      latest.add(said(who, counter));
    expect(asked).toBe(0);
    world.advance(1_000);
    expect(told(takeAll())).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
  });

  test("R4 one that comes late, or again, takes no newer one's place", () => {
    latest.add(said(9, 1));
    takeAll();
    for (const counter of [4, 7, 5, 7, 1]) latest.add(said(1, counter));
    world.advance(1_000);
    expect(told(takeAll())).toEqual([[1, 7]]);
  });

  test("a round is looked at by tens, and who moves meanwhile waits for the next one", () => {
    latest.add(said(99, 1));
    takeAll();
    for (let who = 0; who < 25; who++) latest.add(said(who, 1));
    world.advance(1_000);
    const sizes: number[] = [];
    for (let takes = 0; asked > 0 && takes < 10; takes++) {
      asked -= 1;
      sizes.push(latest.take().length);
      latest.add(said(0, 2 + takes));
      latest.looked();
    }
    expect(sizes).toEqual([LOOKED_AT_ONCE, LOOKED_AT_ONCE, 5]);
    world.advance(24 * 3);
    expect(asked).toBe(0);
    world.advance(3);
    expect(told(takeAll())).toEqual([[0, 4]]);
  });
});

describe("what is kept", () => {
  test("L1 one record of a session, and no more sessions than a room holds", () => {
    for (let counter = 1; counter <= 10; counter++)
      for (let who = 0; who < 1_000; who++) latest.add(said(who, counter));
    expect(asked).toBe(1);
    const taken = takeAll();
    expect(taken.length).toBe(Limits.MaxSessionsPerRoom);
    expect(taken.every(({ counter }) => counter === 10)).toBe(true);
  });

  test("nothing of a connection that has ended, and the next one is looked at as ever", () => {
    latest.add(said(1, 1));
    takeAll();
    for (let who = 0; who < 25; who++) latest.add(said(who, 2));
    world.advance(3);
    expect(asked).toBe(1);
    latest.take(); // ten of them
    latest.clear();
    latest.looked();
    asked = 0;
    world.advance(60_000);
    expect(asked).toBe(0);
    latest.add(said(1, 3));
    latest.clear(); // before the look came about
    asked = 0;
    latest.add(said(1, 4));
    expect(told(takeAll())).toEqual([[1, 4]]);
  });

  test("a clock that is set back keeps nobody waiting", () => {
    latest.add(said(1, 1));
    takeAll();
    world.advance(-3_600_000);
    latest.add(said(1, 2));
    expect(told(takeAll())).toEqual([[1, 2]]);
  });
});
