import type { Sink } from "../zip/sinks.ts";
import { DriveProblem, problemOf } from "./DriveProblem.ts";
import { fetched, isForLater, rest, tries } from "./patience.ts";
import { contentRange, takenOf } from "./ranges.ts";

/** Chunks are of 256 KiB, or of some of them, but for the last. */
const chunkBytes = 8 * 256 * 1024;

/**
 * An archive on its way to Google Drive while it is made, by the resumable upload: https://developers.google.com/workspace/drive/api/guides/manage-uploads
 *
 * Always: nothing is let go of before Google says that it has it, and not much more than a chunk waits here; after a cut, or an error of
 * Google's, it is asked what it has, and gets the rest. What was not finished never becomes a file there.
 */
export class Upload implements Sink {
  readonly name: string;
  readonly #session: string;
  readonly #signal: AbortSignal;
  /** What Google does not have yet, and where that begins in the archive. */
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;
  #from = 0;

  /** @param session what `beginUpload` gave */
  constructor(name: string, session: string, signal: AbortSignal) {
    this.name = name;
    this.#session = session;
    this.#signal = signal;
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    while (this.#bytes > chunkBytes) await this.#send(this.#from + chunkBytes);
  }

  async finish(): Promise<void> {
    const total = this.#from + this.#bytes;
    await this.#send(total, total);
  }

  async drop(): Promise<void> {
    this.#waiting = [];
    this.#bytes = 0;
  }

  /** Sends up to that byte of the archive, and on until Google has it. @param total of the archive, where that is its end */
  async #send(until: number, total?: number): Promise<void> {
    let [unsure, tried] = [false, 0];
    for (;;) {
      const before = this.#from;
      try {
        const answer = await this.#put(unsure ? 0 : until - before, total);
        if (answer.ok) {
          await finished(answer, total);
          return;
        }
        if (answer.status !== 308) throw await uploadProblem(answer);
        this.#letGo(takenOf(answer.headers.get("Range")), until);
        if (this.#from === until && total === undefined) return;
        if (this.#from === before && !unsure) throw new DriveProblem("later", "Google Drive takes nothing more.");
        unsure = false;
      } catch (error) {
        if (this.#signal.aborted || !isForLater(error) || tried++ === tries.upload) throw error;
        await rest(tried - 1, this.#signal);
        unsure = true;
      }
      if (this.#from > before) tried = 0;
    }
  }

  /** With no bytes it asks what Google has. */
  async #put(bytes: number, total: number | undefined): Promise<Response> {
    const headers = { "Content-Range": contentRange(this.#from, bytes, total) };
    const body = bytes === 0 ? null : new Blob(this.#first(bytes));
    return await fetched(this.#session, { method: "PUT", headers, body, signal: this.#signal });
  }

  #first(bytes: number): Uint8Array<ArrayBuffer>[] {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let left = bytes;
    for (const part of this.#waiting) {
      if (left === 0) break;
      parts.push(part.subarray(0, left));
      left -= Math.min(left, part.length);
    }
    return parts;
  }

  #letGo(taken: number, until: number): void {
    if (!(taken >= this.#from && taken <= until))
      throw new DriveProblem("other", "Google Drive lost track of this upload: save it again.");
    let left = taken - this.#from;
    this.#bytes -= left;
    this.#from = taken;
    while (left > 0) {
      const part = this.#waiting[0]!;
      if (part.length > left) this.#waiting[0] = part.subarray(left);
      else this.#waiting.shift();
      left -= Math.min(left, part.length);
    }
  }
}

async function finished(answer: Response, total: number | undefined): Promise<void> {
  const { size } = (await answer.json().catch(() => ({}))) as { size?: string };
  if (total === undefined || (size !== undefined && Number(size) !== total))
    throw new DriveProblem("other", "Google Drive made a file of a part of it: save it again.");
}

async function uploadProblem(answer: Response): Promise<DriveProblem> {
  return answer.status === 404 || answer.status === 410
    ? new DriveProblem("other", "Google Drive has ended this upload: save it again.")
    : await problemOf(answer);
}
