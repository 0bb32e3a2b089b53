import { describe, expect, test } from "vitest";
import {
  Code,
  idOf,
  joinMember,
  learnManifest,
  RecordClass,
  type Session,
  type SessionId,
  signSession,
} from "../src/index.ts";
import { generateKeyPair } from "../src/keys/KeyPair.ts";
import { MAX_KNOWN_SESSIONS } from "../src/rooms/Members.ts";
import { MAX_KEPT_KEYS, Verifier } from "../src/rooms/Verifier.ts";
import { nextManifest, random } from "./Founding.ts";
import { ORIGIN, type Person, sessionFields } from "./People.ts";
import { Table } from "./Table.ts";

/** What a client knows of others must not grow for ever while a room goes on. */

/** A hub names a session; its signatures are taken to hold. */
function name(table: Table, { cert, session }: Person, sessionId: SessionId, live: boolean): void {
  const step = table.room.members.judgeMember(cert, { ...session, sessionId } as Session, live);
  if (step.verdict !== "check") throw new Error(step.verdict);
  expect(table.room.addMember(step, [true], true)).toEqual({ verdict: "ok" });
}

const anyId = () => idOf<SessionId>(random(16));
const count = (table: Table) => [...table.room.members.all()].length;

describe("the sessions that a client knows", () => {
  test.each([false, true])("W3 are bounded, the dead that it met first go (all called live: %s)", async (live) => {
    const table = await Table.lay("client");
    const first = anyId();
    name(table, table.editor, first, live);
    for (let i = 0; i < MAX_KNOWN_SESSIONS + 10; i++) name(table, table.editor, anyId(), live);
    expect(count(table)).toBe(MAX_KNOWN_SESSIONS);
    expect(table.room.members.get(first)).toBeUndefined();
    expect(table.room.members.get(table.owner.session.sessionId) === undefined).toBe(live);
  });

  test("R4 J7 outlast the connection, none of them live, with their ephemeral counters", async () => {
    const table = await Table.lay("client");
    name(table, table.editor, anyId(), true);
    const said = await table.write(table.editor, RecordClass.Presence, table.room.streams.presence);
    expect(table.room.relay(said, true)).toMatchObject({ verdict: "ok" });
    const before = count(table);
    table.room.endAllSessions();
    expect(count(table)).toBe(before);
    expect([...table.room.members.all()].some(({ live }) => live)).toBe(false);
    await table.seat(table.editor);
    expect(table.room.members.get(table.editor.session.sessionId)?.live).toBe(true);
    expect(table.room.relay(said, true), "said once more on the next connection").toMatchObject({ rule: "J7" });
  });

  test("R4 a hub keeps the ephemeral counters of who is here only", async () => {
    const table = await Table.lay("hub");
    const presence = () => table.write(table.editor, RecordClass.Presence, table.room.streams.presence);
    const judged = table.room.judge(await presence(), false, table.editor.session.sessionId);
    if (judged.verdict !== "ok") throw new Error(judged.text);
    table.room.acceptEphemeral(judged);
    expect(table.room.ephemeralCounter(judged.record)).toBe(1);
    table.room.endSession(table.editor.session.sessionId);
    expect(table.room.ephemeralCounter(judged.record)).toBe(0);
  });
});

test("J11 a verifier keeps a bounded number of keys, and still knows the others' signatures from wrong ones", async () => {
  const table = await Table.lay("client");
  const check = table.room.signatureCheck(await table.write(table.editor, RecordClass.Edit, table.file))!;
  const verifier = new Verifier();
  expect(await verifier.verify(check)).toBe(true);
  const { publicPoint } = await generateKeyPair("sign");
  for (let i = 0; i <= MAX_KEPT_KEYS; i++) {
    const key = publicPoint.slice();
    new DataView(key.buffer).setUint32(1, i); // most are no points: that is known of them, too
    void verifier.verify({ ...check, key });
  }
  expect(verifier.kept).toBe(MAX_KEPT_KEYS);
  expect(await verifier.verify(check)).toBe(true);
  expect(await verifier.verify({ ...check, key: publicPoint })).toBe(false);
});

test("C4 of those who left only who has written is known where admission is closed", async () => {
  const table = await Table.lay("hub");
  await table.take(await table.write(table.editor, RecordClass.Edit, table.file));
  const closed = await nextManifest(table.founding, table.founding.manifest, { flags: 0 });
  for (const { session } of [table.editor, table.other]) table.room.endSession(session.sessionId);
  expect(await learnManifest(table.room, table.verifier, closed)).toMatchObject({ verdict: "ok" });
  const back = async ({ identity, cert }: Person) => {
    const session = await signSession(sessionFields(cert), identity.sign.privateKey);
    const admission = { challenge: session.challenge, origins: [ORIGIN] };
    return joinMember(table.room, table.verifier, cert, session, admission);
  };
  expect(await back(table.viewer), "whose session lives is not new").toEqual({ verdict: "ok" });
  expect(await back(table.editor)).toEqual({ verdict: "ok" });
  expect(await back(table.other)).toMatchObject({ rule: "C4", code: Code.Cert });
});
