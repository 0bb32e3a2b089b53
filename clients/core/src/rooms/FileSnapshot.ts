import * as Y from "yjs";
import { equal } from "../wire/Bytes.ts";
import type { SessionId } from "../wire/Ids.ts";
import { type Failure, failed, type Parsed } from "../wire/WireError.ts";
import { digestOf } from "./Digest.ts";
import { fitState, type Packed, unpackSnapshot } from "./Snapshot.ts";
import { type Claim, encodeFileState, type FileState, parseFileState } from "./SnapshotState.ts";
import { decodeUpdate } from "./YjsUpdate.ts";

/** What a joiner needs to go on from a file's snapshot instead of its log. */
export interface FileSnapshot extends FileState {
  /** Yjs client id → how far it has written. Exactly these ids are claimed (E5). */
  readonly clocks: ReadonlyMap<number, number>;
}

/**
 * The state of this file as a snapshot has it, packed, or "TooLarge" (N3).
 * @param doc the file at the covered position, with nothing of it pending
 * @param claims whose each Yjs client id in the document is
 * @param versionFloor J2's floor at that position
 * @param counters R4's counters at that position
 * @param digest of the document, where it was begun to be computed already
 */
export async function snapshotOf(
  doc: Y.Doc,
  claims: readonly Claim[],
  versionFloor: number,
  counters: ReadonlyMap<SessionId, number>,
  digest = digestOf(doc),
): Promise<Parsed<Packed>> {
  const yjs = Y.encodeStateAsUpdate(doc);
  return await fitState(encodeFileState({ yjs, digest: await digest, versionFloor, claims, counters }));
}

/**
 * Reads a file's snapshot from bytes that its author may have made up. Besides the layout it asks that the Yjs state stands by
 * itself, that the digest is that state's, and that each client id in it is claimed once; else "Content". Whether the author may
 * be believed about what the log says is N4's question.
 */
export async function readSnapshot(packed: Packed): Promise<Parsed<FileSnapshot>> {
  const bytes = await unpackSnapshot(packed);
  if (failed(bytes)) return bytes;
  const state = parseFileState(bytes);
  return failed(state) ? state : await withClocks(state);
}

const ILL: Failure = { error: "Content" };

async function withClocks(state: FileState): Promise<FileSnapshot | Failure> {
  if (typeof decodeUpdate(state.yjs) === "string") return ILL; // Yjs itself allocates by counts that no byte covers
  const doc = new Y.Doc();
  try {
    Y.applyUpdate(doc, state.yjs);
    if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) return ILL;
    if (!equal(await digestOf(doc), state.digest)) return ILL;
    const clocks = Y.snapshot(doc).sv;
    const claimed = new Set(state.claims.map(({ clientId }) => clientId));
    const exact = claimed.size === state.claims.length && claimed.size === clocks.size;
    return exact && [...clocks.keys()].every((client) => claimed.has(client)) ? { ...state, clocks } : ILL;
  } catch {
    return ILL;
  } finally {
    doc.destroy();
  }
}
