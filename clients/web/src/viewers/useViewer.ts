import { type ComponentType, useEffect, useState } from "react";
import { Chunk } from "../app/Chunk.ts";
import { words } from "../app/toast.ts";
import type { Shown } from "./Shown.ts";
import type { What } from "./sniff.ts";

type Viewer = ComponentType<{ shown: Shown }>;

/** Each is fetched from the server when the first file of its kind is looked at. */
const viewers: Record<What, Chunk<Viewer>> = {
  image: new Chunk(async () => (await import("./image/ImageViewer.tsx")).ImageViewer),
  audio: new Chunk(async () => (await import("./audio/AudioViewer.tsx")).AudioViewer),
  pdf: new Chunk(async () => (await import("./pdf/PdfViewer.tsx")).PdfViewer),
  text: new Chunk(async () => (await import("./text/TextParts.tsx")).TextParts),
  bytes: new Chunk(async () => (await import("./hex/HexViewer.tsx")).HexViewer),
};

interface Found {
  readonly what: What;
  readonly Viewer?: Viewer;
  readonly problem?: string;
}

interface Asked {
  readonly Viewer: Viewer | undefined;
  /** Why it did not come, for a person. */
  readonly problem: string | undefined;
  readonly again: () => void;
}

/** The viewer for a kind of file, once it is here. @param what undefined while that is not known */
export function useViewer(what: What | undefined): Asked {
  const [found, setFound] = useState<Found>();
  const [tries, setTries] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another reason to ask
  useEffect(() => {
    if (what === undefined) return;
    let gone = false;
    viewers[what].fetch().then(
      (Viewer) => gone || setFound({ what, Viewer }),
      (error: unknown) => gone || setFound({ what, problem: words(error) }),
    );
    return () => {
      gone = true;
    };
  }, [what, tries]);

  const mine = found?.what === what ? found : undefined;
  const again = () => {
    setFound(undefined);
    setTries((before) => before + 1);
  };
  return { Viewer: mine?.Viewer, problem: mine?.problem, again };
}
