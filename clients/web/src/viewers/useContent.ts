import type { TreeNode } from "@coterie/core";
import { contentName } from "@coterie/core/rooms/Blob.ts";
import { useEffect, useRef, useState } from "react";
import { words } from "../app/toast.ts";
import { useRoom } from "../room/RoomContext.ts";

export interface Content {
  /** What there is to show: the newest, or what was there before while that is on its way. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  /** Changes with the bytes. */
  readonly version: string;
  /** How much of what is on its way has come, from 0 to 1; undefined where nothing is. */
  readonly part: number | undefined;
  readonly problem: string | undefined;
  readonly again: () => void;
}

/** The content of a binary file, fetched while it is wanted, and anew when another is given to it. */
export function useContent(node: TreeNode | undefined, wanted: boolean): Content {
  const { room } = useRoom();
  const [got, setGot] = useState<{ version: string; bytes: Uint8Array<ArrayBuffer> }>();
  const [part, setPart] = useState(0);
  const [problem, setProblem] = useState<string>();
  const [tries, setTries] = useState(0);
  const newest = useRef(node?.content);
  newest.current = node?.content;
  const version = node && (node.content ? contentName(node.content) : "unreadable");

  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another reason to ask
  useEffect(() => {
    if (!wanted) setGot(undefined);
    if (!wanted || version === undefined) return;
    const cancel = new AbortController();
    const { signal } = cancel;
    setPart(0);
    setProblem(undefined);
    const told = (part: number) => signal.aborted || setPart(part);
    room.blobs.get(newest.current, { signal, told }).then(
      (bytes) => signal.aborted || setGot({ version, bytes: bytes as Uint8Array<ArrayBuffer> }),
      (error: unknown) => signal.aborted || setProblem(words(error)),
    );
    return () => cancel.abort();
  }, [room, version, wanted, tries]);

  const comes = wanted && problem === undefined && got?.version !== version;
  return {
    bytes: got?.bytes,
    version: got?.version ?? "",
    part: comes ? part : undefined,
    problem,
    again: () => setTries((before) => before + 1),
  };
}
