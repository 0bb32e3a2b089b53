import { DriveProblem, unreachable } from "./DriveProblem.ts";

/** Tries before one gives up: a dialog waits four seconds, an upload half a minute without progress. */
export const tries = { dialog: 3, upload: 6 } as const;
const firstMs = 500;

/** Waits the longer the more was tried, and not as long as all others that were cut at the same time. */
export async function rest(tried: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener("abort", end);
        resolve();
      },
      firstMs * 2 ** tried * (0.75 + share() / 2),
    );
    signal.addEventListener("abort", end, { once: true });
  });
}

/** Does it again while it may succeed later. @throws what `work` does, and the signal's reason */
export async function patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !isForLater(error) || tried === tries.dialog) throw error;
      await rest(tried, signal);
    }
  }
}

export function isForLater(error: unknown): boolean {
  return error instanceof DriveProblem && error.kind === "later";
}

/** @throws DriveProblem where nothing answers, or the signal's reason */
export async function fetched(
  address: string,
  request: RequestInit & { readonly signal: AbortSignal },
): Promise<Response> {
  try {
    return await fetch(address, { ...request, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" });
  } catch {
    request.signal.throwIfAborted();
    throw new DriveProblem("later", unreachable);
  }
}

/** From 0 to 1. */
function share(): number {
  return crypto.getRandomValues(new Uint8Array(1))[0]! / 255;
}
