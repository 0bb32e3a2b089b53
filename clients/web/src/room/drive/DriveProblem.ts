/** What went wrong with Google Drive, in words for a person. */
export class DriveProblem extends Error {
  /** "ask": the person has to let this page in again. "later": the same may succeed in a moment. */
  readonly kind: "ask" | "later" | "other";

  constructor(kind: DriveProblem["kind"], words: string) {
    super(words);
    this.kind = kind;
  }
}

export const unreachable = "Google Drive does not answer. Look at your connection, and try again.";

const busy: readonly string[] = ["rateLimitExceeded", "userRateLimitExceeded", "sharingRateLimitExceeded"];

/** Why Google refused, from its answer: https://developers.google.com/workspace/drive/api/guides/handle-errors */
export async function problemOf(answer: Response): Promise<DriveProblem> {
  const { status } = answer;
  if (status === 401)
    return new DriveProblem("ask", "Google lets this page in no more: its leave is over or was taken back.");
  if (status === 404 || status === 410) return new DriveProblem("other", "Google Drive does not have this any more.");
  if (status === 429) return later();
  if (status >= 500)
    return new DriveProblem("later", `Google Drive has trouble of its own (${status}). Try again later.`);
  const { reason, message } = await said(answer);
  if (busy.includes(reason)) return later();
  return new DriveProblem("other", refusals[reason] ?? `Google Drive refused this (${message || status}).`);
}

const refusals: Readonly<Record<string, string>> = {
  storageQuotaExceeded: "Your Google Drive is full.",
  dailyLimitExceeded: "This server’s limit at Google is used up for today.",
  accessNotConfigured: "The operator of this server has not switched on the Drive API in the project at Google.",
  insufficientPermissions: "Google was not told to let this page at its files in Drive. Tick that when Google asks.",
  appNotAuthorizedToFile: "This file was not saved from here, so Google does not let this page read it.",
  domainPolicy: "Your organisation does not let apps use Google Drive.",
};

function later(): DriveProblem {
  return new DriveProblem("later", "Google Drive was asked too much in too short a time. Try again in a minute.");
}

/** The first reason in Google's own form of an error; nothing where it is in none. */
async function said(answer: Response): Promise<{ readonly reason: string; readonly message: string }> {
  try {
    const { error } = (await answer.json()) as {
      error: { message?: unknown; errors?: readonly { reason?: unknown }[] };
    };
    return {
      reason: String(error.errors?.[0]?.reason ?? ""),
      message: String(error.message ?? "").slice(0, mostLetters),
    };
  } catch {
    return { reason: "", message: "" };
  }
}

const mostLetters = 200;
