import { remembered } from "../../app/remembered.ts";

/** How much of a lot had come. */
export interface CutOff {
  /** Files that the server had. */
  readonly came: number;
  readonly total: number;
}

type Lots = Readonly<Record<string, CutOff>>;

/**
 * The lots on their way into one room from this machine, as this browser remembers them: what a page that is no more did not bring to an end is
 * told of on the next visit. A page holds a lock for its lot as long as it lives, and notes nothing before: a lot without its lock is a dead one.
 */
export class Unfinished {
  readonly #room: string;

  constructor(room: string) {
    this.#room = room;
  }

  /** @returns what notes how far it is, its end, and what leaves it as it is, to be told of */
  begin(total: number): {
    readonly note: (came: number) => void;
    readonly end: () => void;
    readonly leave: () => void;
  } {
    const lot = crypto.randomUUID();
    let [known, isHeld] = [0, false];
    const note = (came: number) => {
      known = came;
      if (isHeld) this.#write({ ...this.#lots(), [lot]: { came, total } });
    };
    const letGo = hold(lockOf(lot), () => {
      isHeld = true;
      note(known);
    });
    return {
      note,
      leave: letGo,
      end: () => {
        letGo();
        if (isHeld) this.#forget([lot]);
      },
    };
  }

  /** What pages that are no more had brought of their lots; undefined where all came to their ends. */
  async find(): Promise<CutOff | undefined> {
    const lots = await this.#dead();
    if (lots.length === 0) return undefined;
    const sum = (of: (lot: CutOff) => number) => lots.reduce((all, [, lot]) => all + of(lot), 0);
    return { came: sum(({ came }) => came), total: sum(({ total }) => total) };
  }

  /** The person has taken note of it. */
  async forget(): Promise<void> {
    this.#forget((await this.#dead()).map(([lot]) => lot));
  }

  async #dead(): Promise<[string, CutOff][]> {
    const lots = Object.entries(this.#lots());
    if (lots.length === 0) return [];
    const held = await heldLocks();
    return held ? lots.filter(([lot]) => !held.has(lockOf(lot))) : [];
  }

  #forget(gone: readonly string[]): void {
    const left = Object.entries(this.#lots()).filter(([lot]) => !gone.includes(lot));
    this.#write(Object.fromEntries(left));
  }

  #lots(): Lots {
    try {
      const lots: unknown = JSON.parse(remembered.bringing(this.#room) ?? "{}");
      return Object.fromEntries(Object.entries(lots as object).filter(([, lot]) => isCutOff(lot)));
    } catch {
      return {};
    }
  }

  #write(lots: Lots): void {
    if (Object.keys(lots).length === 0) remembered.forgetBringing(this.#room);
    else remembered.rememberBringing(this.#room, JSON.stringify(lots));
  }
}

function isCutOff(lot: unknown): lot is CutOff {
  const { came, total } = (lot ?? {}) as Partial<CutOff>;
  return Number.isSafeInteger(came) && Number.isSafeInteger(total);
}

const lockOf = (lot: string) => `coterie.bring.${lot}`;

/** Holds a lock until what it returns is called, or the page is no more. @param held called once it is; never, where it was let go before */
function hold(name: string, held: () => void): () => void {
  let letGo = () => {};
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    letGo = () => {
      isOver = true;
      resolve();
    };
  });
  const begin = () => {
    if (!isOver) held();
    return over;
  };
  const { locks } = globalThis.navigator ?? {};
  if (locks) void locks.request(name, begin).catch(() => {});
  else void begin(); // where there are none, every lot passes for a dead one
  return letGo;
}

/** Undefined where that cannot be known. */
async function heldLocks(): Promise<ReadonlySet<string | undefined> | undefined> {
  const { locks } = globalThis.navigator ?? {};
  if (!locks) return new Set();
  try {
    const { held = [] } = await locks.query();
    return new Set(held.map(({ name }) => name));
  } catch {
    return undefined;
  }
}
