import { memberIdOf } from "../rooms/Cert.ts";
import { parseRunReceipt, type RunReceipt } from "../rooms/Payloads/RunReceipt.ts";
import { parseRunRequest, type RunRequest } from "../rooms/Payloads/RunRequest.ts";
import { parseRunShared } from "../rooms/Payloads/RunShared.ts";
import { parseRunClear, RunKind } from "../rooms/RunClear.ts";
import type { StreamBase } from "../rooms/StreamState.ts";
import { RecordClass } from "../wire/Classes.ts";
import type { MemberId, RunId } from "../wire/Ids.ts";
import { failed } from "../wire/WireError.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Entry, StreamReader } from "./StreamSync.ts";

/** Of older ones nothing is kept but that they were. */
const MOST_RUNS = 200;

/** A run as the room's log tells of it. */
export interface LoggedRun {
  readonly id: RunId;
  readonly memberId: MemberId;
  /** Milliseconds since 1970 by the hub's clock; display only. */
  readonly time: number;
  readonly request: RunRequest;
  /** The key by which everyone types, while they may. */
  readonly shared: Uint8Array | undefined;
  readonly receipt: RunReceipt | undefined;
}

export interface RunLogListener {
  /** Without a run, all of them did. */
  changed(run: LoggedRun | undefined): void;
  /** All that the hub has was read. */
  ready(): void;
}

/** The stream `runs`: the newest requests in log order, each with what counts of what was said of it later (X8). */
export class RunLog implements StreamReader {
  readonly #sync: RoomSync;
  readonly #listener: RunLogListener;
  readonly #met = new Set<RunId>();
  readonly #runs = new Map<RunId, LoggedRun>();

  constructor(sync: RoomSync, listener: RunLogListener) {
    this.#sync = sync;
    this.#listener = listener;
  }

  get(run: RunId): LoggedRun | undefined {
    return this.#runs.get(run);
  }

  /** The oldest first. */
  all(): Iterable<LoggedRun> {
    return this.#runs.values();
  }

  async begin(): Promise<StreamBase | undefined> {
    this.#met.clear();
    this.#runs.clear();
    this.#listener.changed(undefined);
    return undefined;
  }

  take(entry: Entry): void {
    const { record, payload } = entry;
    const clear = record.class === RecordClass.Run ? parseRunClear(record.clear) : undefined;
    if (clear === undefined || failed(clear) || payload === undefined) return;
    const next = clear.kind === RunKind.Request ? this.#request(clear.run, entry, payload) : this.#later(clear, entry);
    if (next === undefined) return;
    this.#runs.set(clear.run, next);
    if (this.#runs.size > MOST_RUNS) this.#runs.delete([...this.#runs.keys()][0]!);
    this.#listener.changed(next);
  }

  ready(): void {
    this.#listener.ready();
  }

  /** The first that names its run counts. */
  #request(run: RunId, { memberId, serverTime }: Entry, payload: Uint8Array): LoggedRun | undefined {
    if (this.#met.has(run)) return undefined;
    const request = parseRunRequest(payload);
    if (failed(request)) return undefined;
    this.#met.add(run);
    return { id: run, memberId, time: serverTime, request, shared: undefined, receipt: undefined };
  }

  #later({ kind, run }: { kind: RunKind; run: RunId }, entry: Entry): LoggedRun | undefined {
    const known = this.#runs.get(run);
    const payload = entry.payload!;
    if (known === undefined) return undefined;
    const own = entry.memberId === known.memberId;
    if (kind === RunKind.Shared) {
      const shared = own || this.#isOwner(entry) ? parseRunShared(payload) : undefined;
      return shared && !failed(shared)
        ? { ...known, shared: shared.lentKey.length > 0 ? shared.lentKey : undefined }
        : undefined;
    }
    const receipt = own && known.receipt === undefined ? parseRunReceipt(payload) : undefined;
    return receipt && !failed(receipt) ? { ...known, receipt } : undefined;
  }

  #isOwner({ memberId, record }: Entry): boolean {
    const owners = this.#sync.state.manifests.at(record.version)?.owners ?? [];
    return owners.some(({ signPub }) => memberIdOf(signPub) === memberId);
  }
}
