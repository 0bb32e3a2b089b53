import type { MemberId } from "../wire/Ids.ts";
import type { Claim } from "./SnapshotState.ts";
import { decodeUpdate } from "./YjsUpdate.ts";

/** Why an edit is void, by rule of PROTOCOL.md, and in a few words for a log. */
export interface EditFault {
  readonly rule: "E1" | "E2" | "E3" | "E4" | "E5";
  readonly reason: string;
}

/** What a stream's state knows after an edit that it did not know before: the clock of each client that wrote. */
export interface EditEffect {
  readonly clocks: ReadonlyMap<number, number>;
}

/**
 * The edit pre-check's view of one file at one position: how far each Yjs client has written, and which member each
 * client id belongs to. It knows nothing of text. What holds: an edit that `check` accepts, and whose effect was taken
 * in with `advance`, leaves nothing pending when Yjs applies it, and no client id has two members.
 */
export class EditState {
  readonly #clocks = new Map<number, number>();
  readonly #claims = new Map<number, string>();

  /** Yjs client id → next clock. */
  get clocks(): ReadonlyMap<number, number> {
    return this.#clocks;
  }

  /** Whose each Yjs client id is. */
  get claims(): Claim[] {
    return [...this.#claims].map(([clientId, memberId]) => ({ clientId, memberId: memberId as MemberId }));
  }

  clockOf(client: number): number {
    return this.#clocks.get(client) ?? 0;
  }

  /** Takes in a snapshot's entry, before any edit. */
  restore(client: number, clock: number, member: string): void {
    this.#clocks.set(client, clock);
    this.#claims.set(client, member);
  }

  /** Judges one edit by E1–E5, in that order, and changes nothing. `member` is hex. */
  check(bytes: Uint8Array, member: string): EditEffect | EditFault {
    const update = decodeUpdate(bytes);
    if (typeof update === "string") return { rule: "E1", reason: update };

    const after = new Map<number, number>();
    const clock = (client: number) => after.get(client) ?? this.clockOf(client);
    for (const { client, structs } of update.clients) {
      if (structs[0]!.clock !== this.clockOf(client))
        return { rule: "E2", reason: "structs do not start at their client's clock" };
      for (const struct of structs) {
        for (const id of struct.refers)
          if (id.clock >= clock(id.client)) return { rule: "E3", reason: "refers to what is not there" };
        after.set(client, struct.clock + struct.length);
      }
    }
    for (const range of update.deletes)
      if (range.clock + range.length > clock(range.client)) return { rule: "E4", reason: "deletes what is not there" };
    for (const client of after.keys())
      if ((this.#claims.get(client) ?? member) !== member)
        return { rule: "E5", reason: "writes under another member's client id" };
    return { clocks: after };
  }

  /** Takes in the effect of an edit by `member` that `check` has just accepted. */
  advance(effect: EditEffect, member: string): void {
    for (const [client, clock] of effect.clocks) {
      this.#clocks.set(client, clock);
      this.#claims.set(client, member);
    }
  }
}
