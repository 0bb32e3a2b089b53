/** Bytes in one page. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Content that this page keeps after it came, so that looking again asks nobody: what was looked at last stays longest. */
export class KeptContent {
  /** Latest last. */
  readonly #kept = new Map<string, Uint8Array>();
  #bytes = 0;

  /** It is the latest then. */
  get(name: string): Uint8Array | undefined {
    const content = this.#kept.get(name);
    if (content !== undefined) this.keep(name, content);
    return content;
  }

  keep(name: string, content: Uint8Array): void {
    if (this.#kept.delete(name)) this.#bytes -= content.length;
    if (content.length > MOST_BYTES) return;
    this.#kept.set(name, content);
    this.#bytes += content.length;
    for (const [oldest, bytes] of this.#kept) {
      if (this.#bytes <= MOST_BYTES) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytes.length;
    }
  }
}
