import {
  type BlobId,
  type CertFields,
  encodeEnvelope,
  encodeRunClear,
  encodeSnapshotClear,
  fromHex,
  idOf,
  type Manifest,
  type NodeId,
  nextHead,
  type Place,
  Policy,
  RecordClass,
  type RecordDraft,
  type RecordView,
  Role,
  type RunId,
  RunKind,
  type SessionFields,
  TreeKind,
  toHex,
} from "../../src/protocol.ts";
import { type Founding, found, nextManifest, random } from "../Founding.ts";
import { ORIGIN, type Person, person } from "../People.ts";
import { Table } from "../Table.ts";
import { Case } from "./Case.ts";
import { Bench } from "./Judging.ts";

/** Judging vectors: steps as a hub or a client meets them, with this judge's verdicts for the other language to agree with. */
export const trials: Readonly<Record<string, () => Promise<object[]>>> = {
  "manifests.json": manifestTrials,
  "members.json": memberTrials,
  "roomstate.json": async () => [...(await recordTrials("hub")), ...(await recordTrials("client"))],
};

const PLACES: readonly Place[] = ["hub", "client"];

async function manifestTrials(): Promise<object[]> {
  const founding = await found();
  const stranger = (await found()).owner.sign.privateKey;
  const first = founding.manifest;
  const next = (change: object, key?: CryptoKey) => nextManifest(founding, first, change, key);
  const door = { id: 1, role: Role.Viewer, needs: 3, hash: random(32) } as const;
  const chains: [string, readonly Manifest[]][] = [
    ["M2 M3 two versions", [first, await next({ policy: 1 })]],
    ["M2 version 0 of another owner", [(await found()).manifest]],
    [
      "M2 version 0 signed by a stranger",
      [await nextManifest(founding, first, { version: 0, prevHash: first.prevHash }, stranger)],
    ],
    [
      "M2 version 0 in epoch 1",
      [await nextManifest(founding, first, { version: 0, prevHash: first.prevHash, epoch: 1 })],
    ],
    ["M3 another hash before", [first, await next({ prevHash: random(32) })]],
    ["M3 signed by a stranger", [first, await next({}, stranger)]],
    ["M3 no such signer", [first, await next({ signer: 1 })]],
    ["M3 a gap", [first, await next({ version: 2 })]],
    ["M4 the epoch leaps", [first, await next({ epoch: 2, prevEpochKey: random(60) })]],
    ["M4 a new epoch without the key before", [first, await next({ epoch: 1 })]],
    ["M4 a new epoch", [first, await next({ epoch: 1, prevEpochKey: random(60), epochKeyHash: random(32) })]],
    ["M4 another key in the same epoch", [first, await next({ epochKeyHash: random(32) })]],
    ["M5 M6 two of one version", [first, await next({ policy: 1 }), await next({ policy: 2 })]],
    ["M5 the same again", [first, first]],
    ["K5 two doors by password only", [first, await next({ doors: [door, { ...door, id: 2 }] })]],
  ];
  const cases: object[] = [];
  for (const at of PLACES)
    for (const [name, chain] of chains) {
      const bench = new Bench(at, founding.genesis.bytes, new Uint8Array(16));
      const steps: object[] = [];
      for (const { bytes } of chain) steps.push({ bytes: toHex(bytes), expect: await bench.manifest(bytes) });
      cases.push({ name: `${name}, ${at}`, at, genesis: toHex(founding.genesis.bytes), steps });
    }
  return cases;
}

async function memberTrials(): Promise<object[]> {
  const founding = await found();
  const closed = await nextManifest(founding, founding.manifest, { flags: 0 });
  const listed = await person(founding, Role.Editor);
  const locked = await nextManifest(founding, founding.manifest, { flags: 5, locked: [listed.cert.memberId] });
  const foreign = await found();
  type Change = { cert?: Partial<CertFields>; session?: Partial<SessionFields>; issuer?: CryptoKey };
  const make = (role: Role, change?: Change) => person(founding, role, change);
  const trials: [string, Person, Manifest | undefined][] = [
    ["C1 S1 S3 an editor", await make(Role.Editor), undefined],
    ["C1 an owner", await make(Role.Owner), undefined],
    [
      "C1 an editor by the owner's hand",
      await make(Role.Editor, { cert: { issuer: 1 }, issuer: founding.owner.sign.privateKey }),
      undefined,
    ],
    [
      "C1 signed by the viewers' key",
      await make(Role.Editor, { issuer: founding.viewerAdmission.privateKey }),
      undefined,
    ],
    ["C1 no such owner", await make(Role.Editor, { cert: { issuer: 2 } }), undefined],
    ["C1 an epoch to come", await make(Role.Editor, { cert: { epoch: 1 } }), undefined],
    ["C2 an owner who owns nothing", await stranger(founding), undefined],
    ["S1 S3 another certificate's hash", await make(Role.Editor, { session: { certHash: random(32) } }), undefined],
    ["S1 S3 another room", await make(Role.Editor, { session: { roomId: foreign.genesis.roomId } }), undefined],
    ["S1 another challenge", await make(Role.Editor, { session: { challenge: random(32) } }), undefined],
    ["S1 another origin", await make(Role.Editor, { session: { originHash: random(32) } }), undefined],
    ["C3 locked out", await make(Role.Editor), locked],
    ["C3 on the list", listed, locked],
    ["C4 admission closed", await make(Role.Editor), closed],
    [
      "C4 admission closed, by the owner's hand",
      await make(Role.Editor, { cert: { issuer: 1 }, issuer: founding.owner.sign.privateKey }),
      closed,
    ],
  ];
  const cases: object[] = [];
  for (const at of PLACES)
    for (const [name, { cert, session }, next] of trials) {
      const manifests = [founding.manifest, ...(next ? [next] : [])].map(({ bytes }) => toHex(bytes));
      const hub = at === "hub" ? { challenge: "00".repeat(32), origins: [ORIGIN] } : {};
      const inputs = { at, genesis: toHex(founding.genesis.bytes), manifests };
      const vector = { ...inputs, cert: toHex(cert.bytes), session: toHex(session.bytes), ...hub };
      const bench = new Bench(at, founding.genesis.bytes, new Uint8Array(16));
      for (const bytes of manifests) await bench.manifest(Uint8Array.from(Buffer.from(bytes, "hex")));
      cases.push({ name: `${name}, ${at}`, ...vector, expect: await bench.member(new Case(vector), at === "hub") });
    }
  return cases;
}

/** A Cert of role owner, signed by the owner, for a key that stands in no owners' list. */
function stranger(founding: Founding): Promise<Person> {
  return person(founding, Role.Editor, {
    cert: { role: Role.Owner, issuer: 1 },
    issuer: founding.owner.sign.privateKey,
  });
}

/** Writes the steps of one room down while a table takes them. */
class Scribe {
  readonly table: Table;
  readonly steps: object[] = [];
  readonly #bench: Bench;

  constructor(table: Table) {
    this.table = table;
    const { genesis, incarnation } = table.founding;
    this.#bench = new Bench(table.place, genesis.bytes, incarnation);
  }

  async step(step: object): Promise<string> {
    const expect = await this.#bench.step(new Case(step));
    this.steps.push({ ...step, expect });
    return expect.verdict;
  }

  async open(): Promise<void> {
    const { table } = this;
    await this.step({ do: "manifest", bytes: toHex(table.founding.manifest.bytes) });
    for (const each of [table.owner, table.editor, table.other, table.viewer]) await this.seat(each);
  }

  async seat({ cert, session }: Person): Promise<void> {
    const papers = { cert: toHex(cert.bytes), session: toHex(session.bytes) };
    const hub = this.table.place === "hub";
    if (hub) await this.step({ do: "join", ...papers, challenge: "00".repeat(32), origins: [ORIGIN] });
    else await this.step({ do: "member", ...papers, live: 1 });
  }

  /** A durable record at the stream's next position. The table takes it too where it counts. */
  async log(record: RecordView): Promise<void> {
    const seq = this.table.room.stream(record.stream).seq + 1;
    const serverTime = 1_001 + seq;
    const hub = this.table.place === "hub";
    const bytes = hub ? record.bytes : encodeEnvelope({ seq, serverTime, record: record.bytes });
    const at = { sender: record.session, seq: `${seq}`, serverTime: `${serverTime}` };
    const verdict = await this.step(
      hub ? { do: "append", bytes: toHex(bytes), ...at } : { do: "position", bytes: toHex(bytes) },
    );
    const stream = this.table.room.stream(record.stream);
    if (verdict === "ok") {
      const judged = this.table.room.judge(record, true, record.session);
      if (judged.verdict === "ok") this.table.room.accept(judged, serverTime);
    } else if (verdict === "void") stream.pass(nextHead(stream.head, seq, serverTime, record.bytes));
  }

  async pass(record: RecordView): Promise<void> {
    const hub = this.table.place === "hub";
    await this.step(
      hub
        ? { do: "send", bytes: toHex(record.bytes), sender: record.session }
        : { do: "relay", bytes: toHex(record.bytes) },
    );
  }
}

type Trial = readonly [name: string, play: (scribe: Scribe, table: Table) => Promise<void>, policy?: number];

const { Edit, Chat, Presence, Signal, Snapshot, Profile, Attest, Run, Disclosure } = RecordClass;

function edit(scribe: Scribe, change: Partial<RecordDraft> = {}, author = scribe.table.editor): Promise<RecordView> {
  return scribe.table.write(author, Edit, scribe.table.file, change);
}

function runClear(kind: RunKind): Uint8Array {
  return encodeRunClear({ kind, run: idOf<RunId>(random(16)) });
}

const TRIALS: readonly Trial[] = [
  [
    "J1–J11 edits by the rules",
    async (scribe) => {
      await scribe.log(await edit(scribe));
      await scribe.log(await edit(scribe));
      await scribe.log(await edit(scribe, {}, scribe.table.other));
    },
  ],
  [
    "J2 versions do not fall",
    async (scribe, table) => {
      const next = await nextManifest(table.founding, table.founding.manifest, { policy: Policy.ViewersMayChat });
      await scribe.step({ do: "manifest", bytes: toHex(next.bytes) });
      await table.learn(next);
      await scribe.log(await edit(scribe));
      await scribe.log(await edit(scribe, { version: 0 }, table.other));
    },
  ],
  [
    "J3 an unknown session",
    async (scribe, table) => scribe.log(await edit(scribe, {}, await person(table.founding, Role.Editor))),
  ],
  [
    "J4 another epoch",
    async (scribe, table) => {
      const change = { epoch: 1, prevEpochKey: random(60), epochKeyHash: random(32) };
      const next = await nextManifest(table.founding, table.founding.manifest, change);
      await scribe.step({ do: "manifest", bytes: toHex(next.bytes) });
      await table.learn(next);
      await scribe.log(await edit(scribe));
    },
  ],
  [
    "J5 locked out",
    async (scribe, table) => {
      const change = { flags: 5, locked: [table.other.cert.memberId] };
      const next = await nextManifest(table.founding, table.founding.manifest, change);
      await scribe.step({ do: "manifest", bytes: toHex(next.bytes) });
      await table.learn(next);
      await scribe.log(await edit(scribe));
      await scribe.log(await edit(scribe, {}, table.other));
    },
  ],
  ["J6 a viewer edits", async (scribe, table) => scribe.log(await edit(scribe, {}, table.viewer))],
  [
    "J6 a viewer chats where they may",
    async (scribe, table) =>
      scribe.log(await table.write(table.viewer, Chat, table.room.streams.chat, { clear: Uint8Array.of(0) })),
    Policy.ViewersMayChat,
  ],
  [
    "J6 read-only",
    async (scribe, table) => {
      await scribe.log(await edit(scribe));
      await scribe.log(await edit(scribe, {}, table.owner));
    },
    Policy.ReadOnly,
  ],
  [
    "J6 a reserved class",
    async (scribe, table) => scribe.log(await table.write(table.owner, Attest, table.room.streams.chat)),
  ],
  [
    "J6 runs without their policy, for owners too",
    async (scribe, table) => {
      for (const author of [table.owner, table.editor, table.viewer])
        await scribe.log(await table.write(author, Run, table.room.streams.runs, { clear: runClear(RunKind.Request) }));
    },
  ],
  [
    "J6 J9 runs by their policy, of the kinds that there are",
    async (scribe, table) => {
      const run = (author: Person, clear: Uint8Array) => table.write(author, Run, table.room.streams.runs, { clear });
      for (const kind of [RunKind.Request, RunKind.Shared, RunKind.Receipt])
        await scribe.log(await run(table.editor, runClear(kind)));
      await scribe.log(await run(table.editor, runClear(4 as RunKind)));
      await scribe.log(await run(table.editor, new Uint8Array(16)));
      await scribe.log(await run(table.viewer, runClear(RunKind.Request)));
      await scribe.log(await table.write(table.editor, Disclosure, table.room.streams.control));
    },
    Policy.Runs,
  ],
  ["J7 a counter that skips", async (scribe) => scribe.log(await edit(scribe, { counter: 2 }))],
  [
    "J7 ephemeral counters grow",
    async (scribe, table) => {
      for (const counter of [4, 4, 9])
        await scribe.pass(await table.write(table.viewer, Presence, table.room.streams.presence, { counter }));
      await scribe.pass(await table.write(table.viewer, Signal, table.room.streams.control, { counter: 1 }));
    },
  ],
  [
    "J8 another stream",
    async (scribe, table) => {
      await scribe.log(await table.write(table.editor, Profile, table.room.streams.chat));
      await scribe.log(await table.write(table.editor, Profile, table.room.streams.control));
    },
  ],
  [
    "J8 a file that never was",
    async (scribe, table) => scribe.log(await table.write(table.editor, Edit, idOf<NodeId>(random(16)))),
  ],
  [
    "J8 an ephemeral class in a log",
    async (scribe, table) => scribe.log(await table.write(table.editor, Presence, table.room.streams.presence)),
  ],
  ["J9 a clear part too long", async (scribe) => scribe.log(await edit(scribe, { clear: Uint8Array.of(1) }))],
  [
    "J9 N1 snapshots",
    async (scribe, table) => {
      await scribe.log(await edit(scribe));
      const { seq, head } = table.room.stream(table.file);
      const right = { stream: table.file, seq, head, previous: new Uint8Array(32), blobs: [] };
      const write = (change: object) =>
        table.write(table.editor, Snapshot, table.file, { clear: encodeSnapshotClear({ ...right, ...change }) });
      await scribe.log(await write({}));
      await scribe.log(await write({ head: random(32) }));
      await scribe.log(await write({ seq: 0 }));
    },
  ],
  [
    "J9 T1–T5 the tree",
    async (scribe, table) => {
      const [folder, inner, theirs] = [random(16), random(16), random(16)].map((bytes) => idOf<NodeId>(bytes)) as [
        NodeId,
        NodeId,
        NodeId,
      ];
      const tree = (author: Person, kind: TreeKind, node: NodeId, parent?: NodeId) =>
        table.tree(author, kind, node, parent);
      await scribe.log(await tree(table.editor, TreeKind.CreateFolder, folder));
      await scribe.log(await tree(table.editor, TreeKind.CreateFolder, inner, folder));
      await scribe.log(await tree(table.other, TreeKind.CreateFile, theirs, inner));
      await scribe.log(await tree(table.editor, TreeKind.Move, folder, inner));
      await scribe.log(await tree(table.editor, TreeKind.Delete, folder));
      await scribe.log(await tree(table.owner, TreeKind.Delete, folder));
      await scribe.log(await tree(table.editor, TreeKind.Restore, inner));
      await scribe.log(await tree(table.editor, TreeKind.Rename, theirs));
      await scribe.log(await tree(table.editor, TreeKind.Restore, folder));
      await scribe.log(await tree(table.editor, TreeKind.Move, inner));
      await scribe.log(await tree(table.other, TreeKind.Rename, theirs));
    },
  ],
  [
    "B5 T11 content that is a blob",
    async (scribe, table) => {
      const [picture, text, none] = [random(16), random(16), random(16)].map((bytes) => idOf<NodeId>(bytes)) as [
        NodeId,
        NodeId,
        NodeId,
      ];
      const [first, second] = [toHex(random(32)), toHex(random(32))] as [BlobId, BlobId];
      const tree = (kind: TreeKind, node: NodeId, blob?: BlobId, parent?: NodeId) =>
        table.tree(table.editor, kind, node, parent, blob);
      const here = (blob: BlobId, whole = true) => scribe.step({ do: "blob", blob, whole });
      await scribe.log(await tree(TreeKind.CreateFile, text));
      await scribe.log(await tree(TreeKind.CreateBinary, picture, first));
      if (table.place === "hub") {
        await here(first);
        await scribe.log(await tree(TreeKind.CreateBinary, picture, first));
        await scribe.log(await tree(TreeKind.Content, picture, second));
        await here(second);
      }
      await scribe.log(await tree(TreeKind.Content, picture, second));
      await scribe.log(await tree(TreeKind.Content, text, second));
      await scribe.log(await tree(TreeKind.Content, none, second));
      await scribe.log(await tree(TreeKind.Content, picture, second, text));
      await scribe.log(await tree(TreeKind.Content, picture));
      await scribe.log(await tree(TreeKind.Rename, picture, second));
      await scribe.log(await tree(TreeKind.Delete, picture));
      await scribe.log(await tree(TreeKind.Content, picture, second));
      await scribe.log(await table.write(table.editor, Edit, picture));
      if (table.place === "hub") {
        const { seq, head } = table.room.stream(table.room.streams.tree);
        const snapshot = (blobs: readonly BlobId[]) =>
          table.write(table.editor, Snapshot, table.room.streams.tree, {
            clear: encodeSnapshotClear({
              ...{ stream: table.room.streams.tree, seq, head, previous: new Uint8Array(32) },
              blobs: blobs.map((blob) => fromHex(blob)!),
            }),
          });
        await scribe.log(await snapshot([first, second]));
        await scribe.log(await snapshot([toHex(random(32)) as BlobId]));
        await scribe.log(await snapshot([second]));
        await here(second, false);
        await scribe.log(await tree(TreeKind.Restore, picture));
        await here(second);
        await scribe.log(await tree(TreeKind.Restore, picture));
        await here(second, false);
        await scribe.log(await tree(TreeKind.Content, picture, second));
        const clear = Uint8Array.of(1, ...random(32));
        await scribe.log(await table.write(table.editor, Chat, table.room.streams.chat, { clear }));
      }
    },
  ],
  ["J10 a false seenHead", async (scribe) => scribe.log(await edit(scribe, { seenHead: random(16) }))],
  ["J10 seen more than there is", async (scribe) => scribe.log(await edit(scribe, { seenSeq: 1 }))],
  [
    "J11 a changed signature",
    async (scribe) => {
      const record = await edit(scribe);
      record.bytes[record.bytes.length - 1]! ^= 1;
      await scribe.log(record);
    },
  ],
];

const CLIENT_TRIALS: readonly Trial[] = [
  [
    "J14 a gap",
    async (scribe) => {
      const { bytes } = await edit(scribe);
      await scribe.step({ do: "position", bytes: toHex(encodeEnvelope({ seq: 2, serverTime: 5, record: bytes })) });
      await scribe.log(await edit(scribe));
    },
  ],
  [
    "J14 claims",
    async (scribe, table) => {
      await scribe.log(await edit(scribe));
      const head = toHex(table.room.stream(table.file).head);
      await scribe.step({ do: "claim", stream: table.file, seq: "1", head });
      await scribe.step({ do: "claim", stream: table.file, seq: "2", head });
      await scribe.step({ do: "claim", stream: table.file, seq: "1", head: "00".repeat(32) });
    },
  ],
  [
    "J15 an ack",
    async (scribe, table) => {
      const record = await edit(scribe);
      const head = nextHead(table.room.stream(table.file).head, 1, 5, record.bytes);
      await scribe.step({ do: "ack", bytes: toHex(record.bytes), seq: "1", serverTime: "5", head: toHex(head) });
    },
  ],
  [
    "J15 an ack with another head",
    async (scribe) => {
      const record = await edit(scribe);
      await scribe.step({ do: "ack", bytes: toHex(record.bytes), seq: "1", serverTime: "5", head: "00".repeat(32) });
    },
  ],
  [
    "J10 a stream that begins at a snapshot",
    async (scribe, table) => {
      const base = {
        seq: 9,
        head: random(32),
        versionFloor: 0,
        counters: new Map([[table.editor.session.sessionId, 4]]),
      };
      table.room.startStream(table.file, base);
      const counters = [{ session: table.editor.session.sessionId, counter: "4" }];
      await scribe.step({
        do: "start",
        stream: table.file,
        seq: "9",
        head: toHex(base.head),
        versionFloor: 0,
        counters,
      });
      await scribe.log(await edit(scribe, { seenSeq: 3, seenHead: random(16) }));
      await scribe.log(await edit(scribe));
    },
  ],
];

async function recordTrials(at: Place): Promise<object[]> {
  const cases: object[] = [];
  for (const [name, play, policy] of at === "hub" ? TRIALS : [...TRIALS, ...CLIENT_TRIALS]) {
    const table = await Table.lay(at, policy, false);
    const scribe = new Scribe(table);
    await scribe.open();
    await scribe.log(await table.tree(table.owner, TreeKind.CreateFile, table.file));
    await play(scribe, table);
    const { genesis, incarnation } = table.founding;
    const head = { at, genesis: toHex(genesis.bytes), incarnation: toHex(incarnation) };
    cases.push({ name: `${name}, ${at}`, ...head, steps: scribe.steps });
  }
  return cases;
}
