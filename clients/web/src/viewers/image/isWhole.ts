import type { Size } from "./fitted.ts";

/** Pixels: a larger picture is not drawn once more only to know. */
const mostPixels = 50_000_000;

/** Whether all of a picture can be drawn: as an image, browsers show the beginning of one that is cut off, and say nothing. */
export async function isWhole(blob: Blob, { width, height }: Size): Promise<boolean> {
  if (blob.type === "image/svg+xml" || width * height > mostPixels) return true;
  try {
    (await createImageBitmap(blob)).close();
    await drawLast(blob);
    return true;
  } catch {
    return false;
  }
}

/** The last frame of one that moves, where the browser can: of these the first alone is drawn above. */
async function drawLast(blob: Blob): Promise<void> {
  if (!("ImageDecoder" in globalThis) || !(await ImageDecoder.isTypeSupported(blob.type))) return;
  const decoder = new ImageDecoder({ data: await blob.arrayBuffer(), type: blob.type });
  try {
    await decoder.tracks.ready;
    const frames = decoder.tracks.selectedTrack?.frameCount ?? 1;
    if (frames > 1) (await decoder.decode({ frameIndex: frames - 1 })).image.close();
  } finally {
    decoder.close();
  }
}
