import type { LiveRun } from "@coterie/core";
import type { RemoteRun } from "./wandbox/RemoteRun.ts";

/** What has a tab in the panel of programs: a run of the room, or one that is this page's alone. */
export type ShownRun = LiveRun | RemoteRun;
