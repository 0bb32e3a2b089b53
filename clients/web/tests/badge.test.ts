import type { Connection } from "@coterie/core";
import { expect, test } from "vitest";
import { badgeOf } from "../src/room/header/badge.ts";

const connections: Connection[] = ["connecting", "connected", "reconnecting", "offline", "ended"];

test("the badge reads Saved only in a connected permanent room without an unacknowledged edit", () => {
  for (const connection of connections)
    for (const kind of ["memory", "permanent"] as const)
      for (const unsaved of [0, 1, 7]) {
        const saved = badgeOf({ connection, kind, unsaved }).text === "Saved";
        expect(saved).toBe(connection === "connected" && kind === "permanent" && unsaved === 0);
      }
});

test("the badge counts what is not saved", () => {
  expect(badgeOf({ connection: "connected", kind: "permanent", unsaved: 3 }).text).toBe("Saving… (3)");
  expect(badgeOf({ connection: "offline", kind: "permanent", unsaved: 3 }).text).toBe("Offline, 3 unsaved");
  expect(badgeOf({ connection: "reconnecting", kind: "memory", unsaved: 0 }).text).toBe("Reconnecting…");
  expect(badgeOf({ connection: "connected", kind: "memory", unsaved: 3 }).text).toBe("Live, not stored");
});
