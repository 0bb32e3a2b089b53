import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const chunk = 256 * 1024;
const scope = "https://www.googleapis.com/auth/drive.file";

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
  readonly modified: Date;
}

interface Session {
  readonly name: string;
  readonly mimeType: string;
  readonly parts: Buffer[];
  bytes: number;
}

/** What befalls one PUT of an upload: a part of it is kept and said, or an error, or the connection ends while a part was kept. */
export type Mishap = "short" | "503" | "cut" | "gone";

/**
 * In the place of Google: its page that asks a person, and the part of Drive's API that Coterie uses, as Google documents both. It is strict
 * where Google is: chunks of 256 KiB, a scope, a redirect URI that was registered, a token that is good. One person's Drive.
 */
export class DriveStandIn {
  readonly clientId = "123456-coterie.apps.googleusercontent.com";
  /** The one redirect URI that the operator registered. */
  redirect = "";
  /** Of each leave from now on. */
  seconds = 3_599;
  /** Whether it sends answers back with another state than was asked with. */
  forgesState = false;
  files: StoredFile[] = [];
  mostPerPage = 1_000;
  /** What happens to the next uploads of a chunk, in turn. */
  readonly mishaps: Mishap[] = [];
  /** An answer to the next request of the API in the place of the right one: its status and reason. */
  refusals: (readonly [number, string])[] = [];
  /** All that was asked, without preflights, such as "GET /drive/v3/files". */
  readonly asked: string[] = [];
  /** What consent was asked with. */
  readonly consents: URLSearchParams[] = [];
  /** Bytes of archives that came, whether they were kept or not. */
  received = 0;
  #tokens = new Set<string>();
  readonly #sessions = new Map<string, Session>();
  readonly #server: Server;
  #count = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(String(error));
      });
    });
  }

  static async start(): Promise<DriveStandIn> {
    const standIn = new DriveStandIn();
    standIn.#server.listen(0, "127.0.0.1");
    await once(standIn.#server, "listening");
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The options of a server whose operator set it up with this. */
  get options(): readonly string[] {
    return ["--drive-client-id", this.clientId, "--drive-auth", `${this.url}/auth`, "--drive-api", this.url];
  }

  put(name: string, bytes: Uint8Array, mimeType = "application/zip"): StoredFile {
    const file = { id: `file${++this.#count}`, name, mimeType, bytes: Buffer.from(bytes), modified: new Date() };
    this.files.push(file);
    return file;
  }

  /** As the person does it in their account: no token is good any more. */
  revoke(): void {
    this.#tokens = new Set();
  }

  get tokens(): readonly string[] {
    return [...this.#tokens];
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.url);
    const { pathname, searchParams } = url;
    if (request.method === "OPTIONS") {
      cors(request, response, 200).end();
      return;
    }
    this.asked.push(`${request.method} ${pathname}`);
    const body = await bodyOf(request);
    if (pathname === "/auth") this.#ask(searchParams, response);
    else if (request.method === "PUT" && searchParams.has("upload_id"))
      this.#take(this.#sessions.get(searchParams.get("upload_id")!), body, request, response);
    else if (this.#refused(request, response)) return;
    else if (pathname === "/upload/drive/v3/files") this.#begin(url, body, request, response);
    else if (pathname === "/drive/v3/files") this.#list(searchParams, request, response);
    else this.#content(pathname, searchParams, request, response);
  }

  /** The page on which the person says yes or no. */
  #ask(query: URLSearchParams, response: ServerResponse): void {
    this.consents.push(query);
    const fits =
      query.get("client_id") === this.clientId &&
      query.get("redirect_uri") === this.redirect &&
      query.get("response_type") === "token" &&
      query.get("scope") === scope;
    if (!fits) {
      response.writeHead(400, { "Content-Type": "text/plain" }).end("Error 400: redirect_uri_mismatch");
      return;
    }
    const token = `ya29.${++this.#count}-${Math.random()}`;
    this.#tokens.add(token);
    const state = this.forgesState ? "forged" : query.get("state")!;
    const leave = { state, access_token: token, token_type: "Bearer", expires_in: String(this.seconds), scope };
    const back = (answer: Record<string, string>) =>
      `${this.redirect}#${new URLSearchParams(answer)}`.replaceAll("&", "&amp;");
    response
      .writeHead(200, { "Content-Type": "text/html" })
      .end(
        `<title>Sign in</title><a href="${back(leave)}">Allow</a> <a href="${back({ error: "access_denied", state })}">Deny</a>`,
      );
  }

  #refused(request: IncomingMessage, response: ServerResponse): boolean {
    const next = this.refusals.shift();
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    const refusal =
      next ?? (token !== undefined && this.#tokens.has(token) ? undefined : ([401, "authError"] as const));
    if (refusal === undefined) return false;
    const [code, reason] = refusal;
    json(
      request,
      response,
      { error: { code, message: `refused: ${reason}`, errors: [{ domain: "global", reason }] } },
      code,
    );
    return true;
  }

  #begin(url: URL, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const { name, mimeType } = JSON.parse(body.toString("utf8")) as { name: string; mimeType: string };
    const id = `upload${++this.#count}`;
    this.#sessions.set(id, { name, mimeType, parts: [], bytes: 0 });
    url.searchParams.set("upload_id", id);
    cors(request, response, 200, { Location: url.href }).end();
  }

  #take(session: Session | undefined, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    this.received += body.length;
    const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(request.headers["content-range"] ?? "");
    const mishap = body.length > 0 ? this.mishaps.shift() : undefined;
    if (session === undefined || mishap === "gone") {
      cors(request, response, 404).end();
      return;
    }
    const [, from, to, total] = range ?? [];
    const isLast = total !== "*";
    const fits =
      range !== null &&
      (from === undefined
        ? body.length === 0
        : Number(from) <= session.bytes && Number(to) - Number(from) + 1 === body.length) &&
      (isLast || body.length % chunk === 0);
    if (!fits) {
      cors(request, response, 400).end();
      return;
    }
    if (mishap === "503") {
      cors(request, response, 503).end();
      return;
    }
    // What it has already is not taken again: a browser sends a request anew by itself where the connection ended.
    const fresh = from === undefined ? body : body.subarray(session.bytes - Number(from));
    const kept = mishap === undefined ? fresh : fresh.subarray(0, Math.floor(fresh.length / 2 / chunk) * chunk);
    if (kept.length > 0) session.parts.push(kept);
    session.bytes += kept.length;
    if (mishap === "cut") {
      request.socket.destroy();
      return;
    }
    if (isLast && session.bytes === Number(total)) {
      const { id, bytes } = this.put(session.name, Buffer.concat(session.parts), session.mimeType);
      json(request, response, { id, size: String(bytes.length) });
      return;
    }
    cors(request, response, 308, session.bytes > 0 ? { Range: `bytes=0-${session.bytes - 1}` } : {}).end();
  }

  #list(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
    const wanted = /^mimeType='([^']+)' and trashed=false$/.exec(query.get("q") ?? "")?.[1];
    const all = this.files
      .filter(({ mimeType }) => mimeType === wanted)
      .toSorted((a, b) => b.modified.getTime() - a.modified.getTime());
    const from = Number(query.get("pageToken") ?? 0);
    const until = from + Math.min(Number(query.get("pageSize") ?? 100), this.mostPerPage);
    json(request, response, {
      ...(until < all.length && { nextPageToken: String(until) }),
      files: all.slice(from, until).map(({ id, name, bytes, modified }) => ({
        ...{ id, name, size: String(bytes.length), modifiedTime: modified.toISOString() },
      })),
    });
  }

  #content(path: string, query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
    const id = /^\/drive\/v3\/files\/([^/]+)$/.exec(path)?.[1];
    const file = query.get("alt") === "media" ? this.files.find((each) => each.id === id) : undefined;
    if (file) cors(request, response, 200, { "Content-Type": file.mimeType }).end(file.bytes);
    else
      json(
        request,
        response,
        { error: { code: 404, message: "File not found", errors: [{ reason: "notFound" }] } },
        404,
      );
  }
}

function cors(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
) {
  return response.writeHead(status, {
    "Access-Control-Allow-Origin": request.headers.origin ?? "*",
    "Access-Control-Allow-Methods": "GET,POST,PUT,DELETE,PATCH,OPTIONS",
    "Access-Control-Allow-Headers": request.headers["access-control-request-headers"] ?? "",
    "Access-Control-Expose-Headers": "Location,Range,Content-Length,Content-Type,X-GUploader-UploadID",
    ...headers,
  });
}

function json(request: IncomingMessage, response: ServerResponse, value: object, status = 200): void {
  cors(request, response, status, { "Content-Type": "application/json; charset=UTF-8" }).end(JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
