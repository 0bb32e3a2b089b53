/**
 * Google's leave to put files into a person's Drive and to read those: a token.
 *
 * Always: it lies in this page's memory and nowhere else; it is forgotten when its time is over, when Google takes it no more, and when
 * one leaves the room.
 */
export class Grant {
  #token: string | undefined;
  #end: ReturnType<typeof setTimeout> | undefined;

  get token(): string | undefined {
    return this.#token;
  }

  keep(token: string, forMs: number): void {
    this.forget();
    this.#token = token;
    this.#end = setTimeout(() => this.forget(), forMs);
  }

  forget(): void {
    this.#token = undefined;
    clearTimeout(this.#end);
  }
}
