import { Observable } from "@coterie/core/client/Observable.ts";

/** Without a sign of a hand for this long, one is idle. */
export const idleAfterMs = 2 * 60_000;

const signs = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

type Screen = EventTarget & { readonly hidden: boolean };

/** What it tells the others through. */
interface Says {
  move(part: { readonly away?: boolean; readonly idle?: boolean }): void;
}

/**
 * Whether anybody sits before this page: away while it is hidden or its person said so, idle two minutes after the last sign of a hand.
 * Whoever said that they are away is back when they type.
 */
export class Attention {
  /** Whether its person said so. */
  readonly saidAway = new Observable(false);
  readonly #says: Says;
  readonly #idleAfterMs: number;
  readonly #page: EventTarget;
  readonly #screen: Screen;
  #idle = false;
  #seenAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param page where its person's hands show, and @param screen what is hidden with it */
  constructor(says: Says, afterMs = idleAfterMs, page: EventTarget = window, screen: Screen = document) {
    this.#says = says;
    this.#idleAfterMs = afterMs;
    this.#page = page;
    this.#screen = screen;
  }

  /** Pays attention from now on. Returns its end. */
  begin(): () => void {
    const sign = () => this.#sign();
    const tell = () => this.#tell();
    for (const name of signs) this.#page.addEventListener(name, sign, { capture: true, passive: true });
    this.#screen.addEventListener("visibilitychange", tell);
    this.#sign();
    if (this.#screen.hidden) this.#tell();
    return () => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      for (const name of signs) this.#page.removeEventListener(name, sign, { capture: true });
      this.#screen.removeEventListener("visibilitychange", tell);
    };
  }

  sayAway(away: boolean): void {
    if (away === this.saidAway.get()) return;
    this.saidAway.set(away);
    this.#tell();
  }

  #sign(): void {
    this.#seenAt = performance.now();
    this.#timer ??= setTimeout(this.#look, this.#idleAfterMs);
    if (!this.#idle) return;
    this.#idle = false;
    this.#tell();
  }

  readonly #look = (): void => {
    const left = this.#seenAt + this.#idleAfterMs - performance.now();
    this.#timer = left > 0 ? setTimeout(this.#look, left) : undefined;
    if (left > 0) return;
    this.#idle = true;
    this.#tell();
  };

  #tell(): void {
    this.#says.move({ away: this.#screen.hidden || this.saidAway.get(), idle: this.#idle });
  }
}
