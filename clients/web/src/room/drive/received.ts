import { DriveProblem, unreachable } from "./DriveProblem.ts";

const gatheredBytes = 4 * 1024 * 1024;

/**
 * What an answer brings, as a file that the browser may keep on its disk.
 * @param most bytes that are taken @param onBytes how many are here @throws DriveProblem where it is more or is cut, or the signal's reason
 */
export async function received(
  { body }: Response,
  name: string,
  most: number,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<File> {
  const parts: Blob[] = [];
  let newest: Uint8Array<ArrayBuffer>[] = [];
  let [bytes, gathered] = [0, 0];
  const reader = body!.getReader();
  const end = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", end, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new DriveProblem("later", unreachable);
      });
      signal.throwIfAborted();
      if (done) break;
      bytes += value.length;
      if (bytes > most) throw new DriveProblem("other", "It is larger than Google Drive said.");
      gathered += value.length;
      newest.push(value);
      if (gathered >= gatheredBytes) {
        parts.push(new Blob(newest));
        [newest, gathered] = [[], 0];
      }
      onBytes(bytes);
    }
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
  return new File([...parts, ...newest], name, { type: "application/zip" });
}
