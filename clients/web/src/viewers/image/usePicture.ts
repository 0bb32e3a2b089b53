import { useEffect, useState } from "react";
import type { Size } from "./fitted.ts";
import { isWhole } from "./isWhole.ts";

export interface Picture {
  /** What there is to show: the newest, or what could be drawn before while that is read, or where that is broken. */
  readonly drawn?: { readonly url: string; readonly size: Size };
  /** "broken": nothing of the newest can be drawn; "damaged": not all of it. */
  readonly fault?: "broken" | "damaged";
}

/** Bytes as the browser draws them: as an image, which loads nothing and runs nothing, whatever stands in it. */
export function usePicture(bytes: Uint8Array<ArrayBuffer> | undefined, type: string): Picture {
  const [picture, setPicture] = useState<Picture>({});
  useEffect(() => {
    if (bytes === undefined) return setPicture({});
    let over = false;
    const blob = new Blob([bytes], { type });
    const url = URL.createObjectURL(blob);
    const show = async () => {
      const size = await sizeOf(url);
      if (over) return;
      if (!size) return setPicture(({ drawn }) => ({ ...(drawn && { drawn }), fault: "broken" }));
      const drawn = { url, size };
      setPicture({ drawn });
      if (!(await isWhole(blob, size)) && !over) setPicture({ drawn, fault: "damaged" });
    };
    void show();
    return () => {
      over = true;
      URL.revokeObjectURL(url);
    };
  }, [bytes, type]);
  return picture;
}

async function sizeOf(url: string): Promise<Size | undefined> {
  const image = new Image();
  const loaded = new Promise<boolean>((told) => {
    image.onload = () => told(true);
    image.onerror = () => told(false);
  });
  image.src = url;
  // A drawing may say no size.
  return (await loaded) ? { width: image.naturalWidth || 300, height: image.naturalHeight || 150 } : undefined;
}
