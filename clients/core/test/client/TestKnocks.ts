import { memberIdOf } from "../../src/rooms/Cert.ts";
import { isByApproval, isLocked } from "../../src/rooms/Manifest.ts";
import { equal } from "../../src/wire/Bytes.ts";
import { Role } from "../../src/wire/Classes.ts";
import type { ClientFrame } from "../../src/wire/ClientFrame.ts";
import type { MemberId } from "../../src/wire/Ids.ts";
import { Code } from "../../src/wire/Refusal.ts";
import { error, type TestRoom } from "./TestHub.ts";
import type { TestLine } from "./TestLine.ts";

/** Who waits at the doors of a test hub's rooms (section 14). */
export class TestKnocks {
  readonly #lines: ReadonlySet<TestLine>;

  constructor(lines: ReadonlySet<TestLine>) {
    this.#lines = lines;
  }

  /** Q2. */
  knock(line: TestLine, room: TestRoom, frame: ClientFrame & { type: "knock" }): void {
    const newest = room.state.manifests.newest!;
    if (line.session !== undefined || line.openedUnder !== room.manifests.length || !isByApproval(newest))
      line.give(error(Code.OutOfOrder, "open a door of a room by approval first", false));
    else if (isLocked(newest)) line.give(error(Code.Locked, "it is locked", false));
    else {
      for (const earlier of this.#knocking(room))
        if (earlier !== line && memberIdOf(earlier.knock!.signPub) === memberIdOf(frame.signPub)) {
          earlier.give(error(Code.Replaced, "you ask from another page", false));
          this.end(earlier, room);
        }
      line.knock = frame;
      line.openedUnder = 0;
      this.#sayWaiting(room, line);
      for (const present of this.#present(room)) this.#announce(room, line, present);
    }
  }

  /** Q4. */
  turnAway(line: TestLine, room: TestRoom, memberId: MemberId): void {
    if (!this.#owns(room, line)) line.give(error(Code.Forbidden, "only an owner turns away", false));
    const knocker = this.#knocking(room).find(({ knock }) => memberIdOf(knock!.signPub) === memberId);
    if (knocker === undefined || !this.#owns(room, line)) return;
    knocker.give(error(Code.TurnedAway, "an owner did not let you in", false));
    this.end(knocker, room);
  }

  /** Q3. */
  #announce(room: TestRoom, knocker: TestLine, present: TestLine): void {
    const { signPub, dhPub, letters } = knocker.knock!;
    const cert = present.session && room.state.members.get(present.session)?.cert;
    if (!cert || !this.#owns(room, present)) return;
    const owner = room.state.manifests.newest!.owners.findIndex((each) => equal(each.signPub, cert.signPub));
    present.give({ type: "knocked", signPub, dhPub, letter: letters[owner]! });
  }

  #sayWaiting(room: TestRoom, knocker: TestLine): void {
    const owners = this.#present(room).filter((present) => this.#owns(room, present));
    knocker.give({ type: "waiting", owners: owners.length });
  }

  /** Who came is an owner, or another number of owners is here. */
  joined(line: TestLine, room: TestRoom): void {
    for (const knocker of this.#knocking(room)) this.#announce(room, knocker, line);
    this.count(room);
  }

  count(room: TestRoom): void {
    for (const knocker of this.#knocking(room)) this.#sayWaiting(room, knocker);
  }

  /** Q4: they have keys now. */
  letIn(room: TestRoom, memberId: MemberId, wrap: Uint8Array): void {
    for (const knocker of this.#knocking(room))
      if (memberIdOf(knocker.knock!.signPub) === memberId) {
        knocker.give({ type: "wrap", wrap });
        this.end(knocker, room);
      }
  }

  /** Q4: there are new rules. */
  endAll(room: TestRoom): void {
    for (const knocker of this.#knocking(room)) {
      knocker.give(error(Code.ManifestConflict, "the rules have changed: knock again", false));
      this.end(knocker, room);
    }
  }

  end(line: TestLine, room: TestRoom | undefined): void {
    const memberId = line.knock && memberIdOf(line.knock.signPub);
    line.knock = undefined;
    if (room === undefined || memberId === undefined) return;
    for (const present of this.#present(room))
      if (this.#owns(room, present)) present.give({ type: "knockEnded", memberId });
  }

  #present(room: TestRoom): TestLine[] {
    return [...this.#lines].filter((line) => line.session !== undefined && line.room === room.state.roomId);
  }

  #knocking(room: TestRoom): TestLine[] {
    return [...this.#lines].filter((line) => line.knock !== undefined && line.room === room.state.roomId);
  }

  #owns(room: TestRoom, line: TestLine): boolean {
    if (line.session === undefined || room.state.standing(line.session).verdict !== "ok") return false;
    return room.state.members.get(line.session)?.cert.role === Role.Owner;
  }
}
