import type { Connection } from "@coterie/core";
import { expect, test } from "vitest";
import { badgeOf } from "../src/room/header/badge.ts";

const lost = [{ file: "1", name: "a.txt", text: "typed", why: "" }];
const connections: Connection[] = ["connecting", "connected", "reconnecting", "offline", "ended"];

test("the badge reads Saved only in a connected permanent room without an unacknowledged edit", () => {
  for (const connection of connections)
    for (const kind of ["memory", "permanent"] as const)
      for (const unsaved of [0, 1, 7])
        for (const notTaken of [[], lost]) {
          const saved = badgeOf({ connection, kind, unsaved, notTaken }, true).text === "Saved";
          const all = unsaved === 0 && notTaken.length === 0;
          expect(saved).toBe(connection === "connected" && kind === "permanent" && all);
        }
});

test("the badge says that something was not taken in, once nothing else waits", () => {
  const room = { connection: "connected", kind: "permanent", notTaken: lost } as const;
  expect(badgeOf({ ...room, unsaved: 0 }, true).text).toBe("Not taken in (1)");
  expect(badgeOf({ ...room, unsaved: 2 }, true).text).toBe("Saving… (2)");
});

test("the badge counts what is not saved", () => {
  expect(badgeOf({ connection: "connected", kind: "permanent", unsaved: 3, notTaken: [] }, true).text).toBe(
    "Saving… (3)",
  );
  expect(badgeOf({ connection: "offline", kind: "permanent", unsaved: 3, notTaken: [] }, true).text).toBe(
    "Offline, 3 unsaved",
  );
  expect(badgeOf({ connection: "reconnecting", kind: "memory", unsaved: 0, notTaken: [] }, true).text).toBe(
    "Reconnecting…",
  );
  expect(badgeOf({ connection: "connected", kind: "memory", unsaved: 3, notTaken: [] }, true).text).toBe(
    "Live, not stored",
  );
});

test("the badge speaks of no return before one was in", () => {
  const room = { connection: "reconnecting", kind: "permanent", notTaken: [] } as const;
  expect(badgeOf({ ...room, unsaved: 0 }, false).text).toBe("Not in yet");
  expect(badgeOf({ ...room, unsaved: 2 }, false).text).toBe("Not in yet (2)");
});
