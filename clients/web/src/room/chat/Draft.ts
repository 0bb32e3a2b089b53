import { Observable } from "@coterie/core";

/** What I am about to say. Other parts of the screen may put something into it; then the box has the keyboard. */
export class Draft {
  readonly text = new Observable("");
  /** Grows each time somebody asks for the box, or puts something in: the chat comes to the front. */
  readonly asked = new Observable(0);

  /** Adds words behind what stands there. */
  add(words: string): void {
    const before = this.text.get();
    const gap = before === "" || /\s$/.test(before) ? "" : " ";
    this.text.set(`${before}${gap}${words} `);
    this.ask();
  }

  ask(): void {
    this.asked.set(this.asked.get() + 1);
  }
}
