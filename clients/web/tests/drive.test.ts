import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { channelOf, consentAddress, consentIn, newState } from "../src/room/drive/consent.ts";
import { problemOf } from "../src/room/drive/DriveProblem.ts";
import { Grant } from "../src/room/drive/Grant.ts";
import { contentRange, takenOf } from "../src/room/drive/ranges.ts";
import { received } from "../src/room/drive/received.ts";
import { Upload } from "../src/room/drive/Upload.ts";

const scope = "https://www.googleapis.com/auth/drive.file";
const signal = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a chunk says where it lies, and an answer how much is there", () => {
  expect(contentRange(0, 262_144, undefined)).toBe("bytes 0-262143/*");
  expect(contentRange(262_144, 10, 262_154)).toBe("bytes 262144-262153/262154");
  expect(contentRange(7, 0, undefined)).toBe("bytes */*");
  expect(contentRange(7, 0, 7)).toBe("bytes */7");
  expect(takenOf("bytes=0-42")).toBe(43);
  expect(takenOf(null)).toBe(0);
  for (const odd of ["", "bytes=1-42", "bytes=0-", "0-42"]) expect(takenOf(odd)).toBeNaN();
});

test("Google is asked for one scope, by a state that nobody guesses, and nothing of the room stands in the address", () => {
  const site = {
    clientId: "id",
    auth: "https://a.example/auth",
    api: "https://b.example",
    redirect: "https://c/drive",
  };
  const asked = new URL(consentAddress(site, "s&1"));
  expect(asked.origin + asked.pathname).toBe(site.auth);
  expect(Object.fromEntries(asked.searchParams)).toEqual({
    client_id: "id",
    redirect_uri: "https://c/drive",
    response_type: "token",
    scope,
    state: "s&1",
  });
  const states = Array.from({ length: 100 }, newState);
  expect(new Set(states).size).toBe(100);
  expect(states.every((state) => /^[0-9a-f]{32}$/.test(state))).toBe(true);
  const channel = channelOf("x");
  expect(channel.name).toBe("coterie-drive x");
  channel.close();
});

test("an answer counts that belongs to the question, is a leave, and is one for the files", () => {
  const good = { state: "s", access_token: "t", token_type: "Bearer", expires_in: "3600", scope };
  const said = (change: Record<string, string>) => () =>
    consentIn(String(new URLSearchParams({ ...good, ...change })), "s");
  expect(said({})()).toEqual({ token: "t", forMs: 3_540_000 });
  expect(said({ scope: `openid ${scope}`, token_type: "bearer" })()).toMatchObject({ token: "t" });
  expect(said({ state: "other" })).toThrow("belongs to another question");
  expect(said({ error: "access_denied" })).toThrow("was told not to");
  expect(said({ error: "org_internal" })).toThrow("(org_internal)");
  expect(said({ scope: "openid" })).toThrow("tick that");
  for (const odd of [{ access_token: "" }, { token_type: "mac" }, { expires_in: "soon" }, { expires_in: "-1" }])
    expect(said(odd)).toThrow("not one that this page understands");
  expect(() => consentIn("", "s")).toThrow("another question");
});

test("a leave is forgotten when its time is over, and a newer one is not by the end of the one before", () => {
  const grant = new Grant();
  grant.keep("one", 1_000);
  vi.advanceTimersByTime(900);
  grant.keep("two", 1_000);
  vi.advanceTimersByTime(900);
  expect(grant.token).toBe("two");
  vi.advanceTimersByTime(200);
  expect(grant.token).toBeUndefined();
  grant.keep("three", 1_000);
  grant.forget();
  expect(grant.token).toBeUndefined();
});

test("each refusal has its words, and it is known which may pass and which need the person", async () => {
  const refusal = (status: number, reason?: string) =>
    problemOf(new Response(reason && JSON.stringify({ error: { message: "m", errors: [{ reason }] } }), { status }));
  expect(await refusal(401)).toMatchObject({ kind: "ask" });
  expect(await refusal(403, "userRateLimitExceeded")).toMatchObject({ kind: "later" });
  expect(await refusal(429)).toMatchObject({ kind: "later" });
  expect(await refusal(503)).toMatchObject({ kind: "later" });
  expect(await refusal(404)).toMatchObject({ kind: "other", message: expect.stringContaining("any more") });
  expect(await refusal(403, "storageQuotaExceeded")).toMatchObject({
    kind: "other",
    message: "Your Google Drive is full.",
  });
  expect(await refusal(403, "somethingNew")).toMatchObject({ message: "Google Drive refused this (m)." });
  expect(await refusal(400)).toMatchObject({ message: "Google Drive refused this (400)." });
});

test("what comes is taken up to what was said, whole or not at all", async () => {
  const told: number[] = [];
  const file = await received(new Response("12345"), "a.zip", 5, (bytes) => told.push(bytes), signal);
  expect([file.name, file.size, await file.text()]).toEqual(["a.zip", 5, "12345"]);
  expect(told.at(-1)).toBe(5);
  await expect(received(new Response("123456"), "a.zip", 5, () => {}, signal)).rejects.toThrow("larger than");
  const cut = new ReadableStream({ pull: (stream) => stream.error(new TypeError("network")) });
  await expect(received(new Response(cut), "a.zip", 5, () => {}, signal)).rejects.toThrow("does not answer");
  const stopped = AbortSignal.abort(new Error("stopped"));
  await expect(received(new Response("12345"), "a.zip", 5, () => {}, stopped)).rejects.toThrow("stopped");
});

const chunk = 256 * 1024;

/** Takes an upload as Google does, with one mishap or another at every other request, and never more than five requests without any progress. */
class Taker {
  readonly parts: Uint8Array[] = [];
  bytes = 0;
  largest = 0;
  done = false;
  #seed: number;
  #idle = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  readonly fetch = async (_: string, { headers, body }: { headers: Record<string, string>; body: Blob | null }) => {
    const [, from, to, total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(headers["Content-Range"]!)!;
    const sent = new Uint8Array((await body?.arrayBuffer()) ?? []);
    this.largest = Math.max(this.largest, sent.length);
    if (from !== undefined) {
      expect(Number(from)).toBe(this.bytes);
      expect(Number(to) - Number(from) + 1).toBe(sent.length);
      if (total === "*") expect(sent.length % chunk).toBe(0);
    }
    const mishap = this.#idle > 5 ? undefined : this.#next(6);
    this.#idle++;
    if (mishap === 0) return new Response(null, { status: 503 });
    const kept =
      mishap === 1 || mishap === 2
        ? sent.subarray(0, Math.floor((this.#next(100) / 100) * (sent.length / chunk)) * chunk)
        : sent;
    this.parts.push(kept);
    this.bytes += kept.length;
    if (kept.length > 0) this.#idle = 0;
    if (mishap === 1) throw new TypeError("network");
    if (String(this.bytes) === total) {
      this.done = true;
      return Response.json({ id: "1", size: total });
    }
    return new Response(null, { status: 308, headers: this.bytes > 0 ? { Range: `bytes=0-${this.bytes - 1}` } : {} });
  };

  #next(below: number): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return Math.floor((this.#seed / 2_147_483_647) * below);
  }
}

/** Lets the time of all waiting pass. */
async function soon<T>(work: Promise<T>): Promise<T> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  work.then(end, end);
  while (!ended) await vi.advanceTimersByTimeAsync(1_000);
  return await work;
}

test("whatever befalls it, an upload arrives whole, in chunks of which not much more than one waits here", async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const taker = new Taker(seed);
    vi.stubGlobal("fetch", taker.fetch);
    const upload = new Upload("a.zip", "https://b.example/upload", signal);
    const all: Uint8Array[] = [];
    for (let nth = 0; nth < 40; nth++) {
      const bytes = new Uint8Array(1 + ((seed * 7_919 * (nth + 1)) % 400_000)).fill(nth);
      all.push(bytes);
      await soon(upload.write(bytes));
    }
    await soon(upload.finish());
    expect(taker.done, `seed ${seed}`).toBe(true);
    expect(Buffer.compare(Buffer.concat(taker.parts), Buffer.concat(all)), `seed ${seed}`).toBe(0);
    expect(taker.largest).toBeLessThanOrEqual(8 * chunk);
  }
});

test("an upload gives up on what does not pass, on what was lost there, and when one says so", async () => {
  const write = async (answer: () => Response, ended = signal) => {
    vi.stubGlobal("fetch", async () => answer());
    const upload = new Upload("a.zip", "https://b.example/upload", ended);
    await soon(upload.write(new Uint8Array(9 * chunk)));
  };
  await expect(write(() => new Response(null, { status: 503 }))).rejects.toThrow("trouble of its own (503)");
  await expect(write(() => new Response(null, { status: 404 }))).rejects.toThrow("has ended this upload");
  await expect(write(() => new Response(null, { status: 308 }))).rejects.toThrow("takes nothing more");
  const beyond = { status: 308, headers: { Range: `bytes=0-${99 * chunk}` } };
  await expect(write(() => new Response(null, beyond))).rejects.toThrow("lost track");
  await expect(write(() => new Response(null, { status: 308, headers: { Range: "odd" } }))).rejects.toThrow(
    "lost track",
  );
  await expect(write(() => Response.json({}))).rejects.toThrow("a part of it");
  const stop = new AbortController();
  const wait = write(() => {
    setTimeout(() => stop.abort(new Error("stopped")), 100);
    return new Response(null, { status: 503 });
  }, stop.signal);
  await expect(wait).rejects.toThrow("stopped");
});
