import { type ChildProcess, fork } from "node:child_process";
import { Guests } from "./Guests.ts";

type Method = Exclude<keyof Guests, symbol>;
type Answer<Name extends Method> = Awaited<ReturnType<Guests[Name]>>;

interface Question {
  readonly id: number;
  readonly name: Method;
  readonly args: readonly unknown[];
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Guests in a process of their own, which is this program once more. */
export class Elsewhere {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #asked = 0;

  /** @param flags of Node, as for a profile */
  constructor(args: readonly string[], flags: readonly string[]) {
    this.#child = fork(process.argv[1]!, [...args], { execArgv: [...flags], stdio: "inherit" });
    this.#child.on("message", (reply: Reply) => {
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
    this.#child.once("exit", (code) => {
      for (const settle of this.#waiting.values()) settle({ id: 0, error: `a process of guests ended (${code})` });
    });
  }

  ask<Name extends Method>(name: Name, ...args: Parameters<Guests[Name]>): Promise<Answer<Name>> {
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ value, error }) =>
        error === undefined ? resolve(value as Answer<Name>) : reject(new Error(error)),
      );
      this.#child.send({ id, name, args } satisfies Question);
    });
  }

  end(): void {
    this.#child.disconnect();
  }
}

/** In such a process: does what it is asked until it is let go. */
export function answer(): void {
  const guests = new Guests();
  process.on("message", async ({ id, name, args }: Question) => {
    try {
      const value: unknown = await (guests[name] as (...all: unknown[]) => unknown).apply(guests, [...args]);
      process.send!({ id, value } satisfies Reply);
    } catch (error) {
      process.send!({ id, error: String(error) } satisfies Reply);
    }
  });
  process.once("disconnect", () => process.exit(0));
}
