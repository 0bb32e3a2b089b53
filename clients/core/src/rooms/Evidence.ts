import { Limits } from "../limits.ts";
import { roomIdText } from "../wire/Base32.ts";
import { fromBase64Url, toBase64Url } from "../wire/Base64Text.ts";
import { equal } from "../wire/Bytes.ts";
import type { MemberId, StreamId } from "../wire/Ids.ts";
import { failed } from "../wire/WireError.ts";
import { parseCert } from "./Cert.ts";
import { judgeExhibit } from "./Exhibit.ts";
import { parseGenesis } from "./Genesis.ts";
import { parseManifest } from "./Manifest.ts";
import type { Member } from "./Members.ts";
import { RoomState } from "./RoomState.ts";
import { parseSession } from "./Session.ts";
import { learnManifest, meetMember } from "./Steps.ts";
import { exhibitHash, parseTestimony, type TestimonyKind, testimonyCheck } from "./Testimony.ts";
import { Verifier } from "./Verifier.ts";

/**
 * Sealed evidence (section 18): a text by which a third person checks, by signatures alone, that two accounts of a room contradict
 * each other. What it holds is sealed as it was sent: no secret of the room, no link and no name is in it.
 */
export interface Evidence {
  readonly genesis: Uint8Array;
  /** From version 0 on. */
  readonly manifests: readonly Uint8Array[];
  /** The witness, and where it is a member's the exhibit's author. */
  readonly members: readonly { readonly cert: Uint8Array; readonly session: Uint8Array }[];
  readonly testimony: Uint8Array;
  readonly exhibit: Uint8Array;
}

/** What a third person may believe (V2, V3). */
export interface EvidenceFinding {
  readonly kind: TestimonyKind;
  /** Two signatures contradict each other; else the witness alone says what the hub had sent. */
  readonly proven: boolean;
  readonly stream: StreamId;
  readonly seq: number;
  /** Milliseconds since 1970, by the witness's word. */
  readonly time: number;
  readonly witness: MemberId;
  /** Whose signature stands against the witness's. */
  readonly against: MemberId | undefined;
}

export type EvidenceError =
  | "NotEvidence" // another text
  | "Version" // made by a newer program
  | "Room" // its genesis or its manifests do not hold
  | "Papers" // of a member's certificate or session
  | "Witness" // nobody of the room stands under it
  | "Exhibit" // not what it is said to be, or not signed by its author
  | "Agrees"; // nothing in it contradicts anything

const FORMAT = "coterie-evidence";
const VERSION = 1;

export function writeEvidence({ genesis, manifests, members, testimony, exhibit }: Evidence): string {
  const known = parseGenesis(genesis);
  if (failed(known)) throw new RangeError("evidence is of a room");
  const file = {
    format: FORMAT,
    version: VERSION,
    room: roomIdText(known.roomId),
    genesis: toBase64Url(genesis),
    manifests: manifests.map(toBase64Url),
    members: members.map(({ cert, session }) => ({ cert: toBase64Url(cert), session: toBase64Url(session) })),
    testimony: toBase64Url(testimony),
    exhibit: toBase64Url(exhibit),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** V1–V3: reads a file that anybody may have made up. Total. */
export async function readEvidence(text: string): Promise<EvidenceFinding | { readonly error: EvidenceError }> {
  const file = text.length > Limits.MaxEvidenceCharacters ? undefined : parsed(text);
  if (file === undefined || file.format !== FORMAT) return { error: "NotEvidence" };
  if (file.version !== VERSION) return { error: "Version" };
  const evidence = fieldsOf(file);
  if (evidence === undefined) return { error: "NotEvidence" };
  const testimony = parseTestimony(evidence.testimony);
  const verifier = new Verifier();
  const state = await roomOf(evidence, file.room, failed(testimony) ? new Uint8Array(16) : testimony.incarnation);
  if (state === undefined) return { error: "Room" };
  const members = await meet(evidence, state, verifier);
  if (members === undefined) return { error: "Papers" };
  const [witness, author] = members;
  if (failed(testimony) || witness === undefined || testimony.roomId !== state.roomId) return { error: "Witness" };
  const stands =
    testimony.session === witness.sessionId &&
    equal(testimony.exhibitHash, exhibitHash(evidence.exhibit)) &&
    (await verifier.verify(testimonyCheck(testimony, witness.cert.signPub)));
  if (!stands) return { error: "Witness" };
  const outcome = await judgeExhibit({ state, verifier, testimony, exhibit: evidence.exhibit, author });
  if ("error" in outcome) return outcome;
  const { kind, stream, seq, time } = testimony;
  const { against } = outcome;
  return { kind, proven: against !== undefined, stream, seq, time, witness: witness.memberId, against };
}

type File = Readonly<Record<string, unknown>>;

function parsed(text: string): File | undefined {
  try {
    const file: unknown = JSON.parse(text);
    return typeof file === "object" && file !== null && !Array.isArray(file) ? (file as File) : undefined;
  } catch {
    return undefined;
  }
}

function fieldsOf(file: File): Evidence | undefined {
  const manifests = list(file.manifests, 1, Limits.MaxManifests)?.map(binary);
  const members = list(file.members, 1, 2)?.map((paper) => {
    const { cert, session } = (typeof paper === "object" && paper !== null ? paper : {}) as File;
    return { cert: binary(cert), session: binary(session) };
  });
  const [genesis, testimony, exhibit] = [binary(file.genesis), binary(file.testimony), binary(file.exhibit)];
  if (genesis === undefined || testimony === undefined || exhibit === undefined) return undefined;
  if (!manifests?.every((bytes) => bytes !== undefined)) return undefined;
  if (!members?.every(({ cert, session }) => cert !== undefined && session !== undefined)) return undefined;
  return { genesis, manifests, members: members as Evidence["members"], testimony, exhibit };
}

function list(value: unknown, least: number, most: number): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length >= least && value.length <= most ? value : undefined;
}

function binary(value: unknown): Uint8Array | undefined {
  return typeof value === "string" ? fromBase64Url(value) : undefined;
}

/** The room that the file's own genesis and manifests prove. */
async function roomOf(evidence: Evidence, room: unknown, incarnation: Uint8Array): Promise<RoomState | undefined> {
  const genesis = parseGenesis(evidence.genesis);
  if (failed(genesis) || room !== roomIdText(genesis.roomId)) return undefined;
  const state = new RoomState("client", genesis, incarnation);
  const verifier = new Verifier();
  for (const bytes of evidence.manifests) {
    const manifest = parseManifest(bytes);
    if (failed(manifest) || manifest.version !== state.manifests.length) return undefined;
    if ((await learnManifest(state, verifier, manifest)).verdict !== "ok") return undefined;
  }
  return state;
}

async function meet(evidence: Evidence, state: RoomState, verifier: Verifier): Promise<Member[] | undefined> {
  const members: Member[] = [];
  for (const papers of evidence.members) {
    const [cert, session] = [parseCert(papers.cert), parseSession(papers.session)];
    if (failed(cert) || failed(session)) return undefined;
    if ((await meetMember(state, verifier, cert, session, false)).verdict !== "ok") return undefined;
    members.push(state.members.get(session.sessionId)!);
  }
  return members;
}
