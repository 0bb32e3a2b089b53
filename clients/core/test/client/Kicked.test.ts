import { afterEach, beforeEach, expect, test } from "vitest";
import { enterRoom } from "../../src/client/entering.ts";
import { HubLink } from "../../src/client/HubLink.ts";
import { type Keyring, loadKeyring } from "../../src/client/Keyring.ts";
import { ownCert, ownSession } from "../../src/client/papers.ts";
import { Code, parseLink, type Room } from "../../src/index.ts";
import { memberIdOf, parseCert } from "../../src/rooms/Cert.ts";
import { RecordKeys } from "../../src/rooms/RecordKeys.ts";
import { openRecord } from "../../src/rooms/RecordOpener.ts";
import { openWrap, parseWrap } from "../../src/rooms/Wrap.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { NO_SESSION, type StreamId } from "../../src/wire/Ids.ts";
import { parseRecord, type RecordView } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, idOf, same, saved, until } from "./Company.ts";
import type { TestWorld } from "./TestWorld.ts";

/**
 * What is left to a member who was removed and does not play by the rules: other identities of theirs, a hub that keeps records back for
 * them, a client that does not go.
 */
const SERVER = "http://hub.test";

let company: Company;
beforeEach(() => {
  company = new Company();
});
afterEach(() => company.part());

async function keptBy(world: TestWorld): Promise<Keyring> {
  return (await loadKeyring(world.vault, company.atHub().state.roomId))!;
}

/** Another identity by the same link: it has all that lets it join. */
async function anotherBy(link: string, world: TestWorld): Promise<Keyring> {
  const parsed = parseLink(link);
  if (failed(parsed)) throw new Error(parsed.error);
  const entered = await enterRoom(world, { server: SERVER, link: parsed, name: "Hidden" });
  entered.link?.close();
  return entered.keyring;
}

/** What the hub answers to who asks for new keys, and to who joins by the certificate they have had. */
async function answers(world: TestWorld, keyring: Keyring) {
  const { roomId, identity } = keyring;
  const memberId = memberIdOf(identity.sign.publicPoint);
  const link = await HubLink.open(world, SERVER);
  const code = (answer: Promise<HubFrame>) =>
    answer.then(
      ({ type }) => type,
      (error) => error.code,
    );
  const fetched = await code(link.ask({ type: "fetch", roomId, memberId }, "wrap"));
  await link.ask({ type: "look", roomId }, "room");
  const cert = await ownCert(keyring, undefined);
  const session = await ownSession(world, keyring, cert, NO_SESSION, link.welcome.challenge);
  const joined = await code(link.ask({ type: "join", cert: cert.bytes, session: session.bytes }, "joined"));
  link.close();
  return { fetched, joined };
}

/** Every durable record of the room. */
function logged(): RecordView[] {
  const records = [...company.atHub().logs.values()].flatMap(({ envelopes }) => envelopes.map(({ record }) => record));
  return records.map(parseRecord).flatMap((record) => (failed(record) ? [] : [record]));
}

/** Which of these records somebody opens by the keys that they hold. */
async function openedBy({ epoch }: Keyring, records: readonly RecordView[]): Promise<RecordView[]> {
  const opened: RecordView[] = [];
  for (const record of records) {
    const author = parseCert(company.atHub().papers.get(record.session)!.cert);
    if (failed(author)) throw new Error(author.error);
    if (await openRecord(new RecordKeys(), epoch, record, author.memberId)) opened.push(record);
  }
  return opened;
}

test("A1 A3 C1 who keeps other identities by the same link, one that never came and one that left, has no new keys by any", async () => {
  const { rooms, files, worlds } = await company.gather([
    ["Bob", "editor"],
    ["Eve", "editor"],
  ]);
  const [ada, bob, eve] = rooms as [Room, Room, Room];
  const [never, left] = [company.world(), company.world()];
  const unseen = await anotherBy(ada.link("editor")!, never);
  const moment = await company.join(ada, "Moment", "editor", left);
  await until(() => ada.view.get().people.length === 4, "the other was here");
  moment.close();
  const seen = await keptBy(left);
  expect(await answers(never, unseen)).toEqual({ fetched: Code.Removed, joined: "joined" }); // its certificate is good

  await ada.powers.rekey({ staying: [idOf(bob)] });
  await until(() => eve.view.get().connection === "ended", "Eve is out");
  files[0]!.text.insert(0, "after");
  await ada.chat.send("also after");
  await saved(ada);
  expect(await same(files[0]!, files[1]!)).toBe("after");

  const after = logged().filter(({ version }) => version > 0);
  expect(new Set(after.map((record) => record.class))).toContain(RecordClass.Chat);
  const { manifests } = company.atHub().state;
  for (const [world, keyring] of [
    [never, unseen],
    [left, seen],
    [worlds[2]!, await keptBy(worlds[2]!)],
  ] as const) {
    expect(await answers(world, keyring)).toEqual({ fetched: Code.Removed, joined: Code.Cert });
    for (const bytes of company.atHub().wraps.values()) {
      const wrap = parseWrap(bytes);
      if (failed(wrap)) throw new Error(wrap.error);
      expect(await openWrap(wrap, manifests.newest!, keyring.identity.dh)).toBeUndefined();
    }
    expect(await openedBy(keyring, after)).toEqual([]);
    expect(await openedBy(keyring, logged())).not.toEqual([]); // what was sealed before they do
  }
});

test("A5 J2 what a hub keeps back of a removed member counts before the stream's fence, and is void behind it", async () => {
  const { rooms, files, id } = await company.gather([
    ["Bob", "editor"],
    ["Eve", "editor"],
    ["Mallory", "editor"],
  ]);
  const [ada, bob] = rooms as [Room, Room];
  const [hers, his, eves, mallorys] = files;
  const { hub } = company;
  hub.holds = ({ stream }) => stream === (id as string as StreamId);
  eves!.text.insert(0, "early ");
  await until(() => hub.held.length === 1, "Eve's record is kept back");
  mallorys!.text.insert(0, "late ");
  await until(() => hub.held.length === 2, "Mallory's, too");
  await ada.powers.rekey({ staying: [idOf(bob)] });
  await until(() => hub.held.length === 3, "Ada fences the file");
  const [early, late, fence] = hub.held.splice(0);
  expect(fence!.record.class).toBe(RecordClass.Fence);
  hub.holds = () => false;

  await hub.release(early!);
  for (const file of [hers, his]) await until(() => file!.text.toString() === "early ", "Eve's letters are read");
  await hub.release(fence!);
  await hub.release(late!);
  const faults = ({ view }: Room) =>
    view.get().alarms.map(({ kind, text }) => `${kind} ${/ (J\d+): /.exec(text)?.[1]}`);
  for (const room of [ada, bob]) await until(() => faults(room).length === 1, "the hub's fault is told");
  for (const room of [ada, bob]) expect(faults(room)).toEqual(["hub-fault J2"]);
  his!.text.insert(6, "and on");
  await saved(bob);
  expect(await same(hers!, his!)).toBe("early and on");
});

test("A4 R3 a removed member's page that does not go, and is told all by the hub, shows and opens nothing that is sealed after", async () => {
  const { rooms, files, worlds } = await company.gather([
    ["Bob", "editor"],
    ["Eve", "editor"],
  ]);
  const [ada, bob, eve] = rooms as [Room, Room, Room];
  const [hers, his, eves] = files;
  hers!.text.insert(0, "before ");
  await same(...files);
  const [evesLine] = [...company.hub.lines].filter(
    ({ session }) => company.atHub().state.members.get(session!)?.memberId === idOf(eve),
  );
  const told: RecordView[] = [];
  worlds[1]!.tamper = (frame) => {
    if (["deliver", "relay", "member", "manifest", "stream"].includes(frame.type)) evesLine!.give(frame);
    const bytes = frame.type === "deliver" ? frame.envelope.record : frame.type === "relay" ? frame.record : undefined;
    const record = bytes && parseRecord(bytes);
    if (record && !failed(record) && record.version > 0) told.push(record);
    return [frame];
  };
  worlds[2]!.tamper = (frame) => (frame.type === "error" ? [] : [frame]);
  await ada.powers.rekey({ staying: [idOf(bob)] });
  eves!.text.insert(0, "Eve was here ");
  hers!.text.insert(7, "after");
  ada.point({ typing: true });
  await ada.chat.send("psst");
  await saved(ada);
  expect(await same(hers!, his!)).toBe("before after");
  await until(() => told.some((record) => record.class === RecordClass.Presence), "Bob sees where Ada is");

  expect(new Set(told.map((record) => record.class)).size).toBeGreaterThan(2);
  expect(await openedBy(await keptBy(worlds[2]!), told)).toEqual([]);
  expect(eve.view.get().connection).not.toBe("ended");
  expect(eves!.text.toString()).toBe("Eve was here before ");
  expect(eve.chat.view.get()).toEqual([]);
  expect(eve.cursors.get().filter(({ typing }) => typing)).toEqual([]);
});
