import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request of POST /api/compile.json, as Wandbox documents it (kennel/API.md, CompileParameter in proto/kennel.proto). */
export interface CompileParameter {
  readonly compiler: string;
  readonly code: string;
  readonly codes: readonly { readonly file: string; readonly code: string }[];
  readonly options: string;
  readonly stdin: string;
  readonly "compiler-option-raw": string;
  readonly "runtime-option-raw": string;
  readonly save: boolean;
}

/** What befalls the next request in the place of its answer. */
export type Mishap =
  | { readonly status: number }
  | { readonly body: string }
  | { readonly endless: true }
  | { readonly silent: true }
  | { readonly cut: true }
  | { readonly moved: string };

const gcc = {
  name: "gcc-head",
  version: "16.0.0 20251101 (experimental)",
  language: "C++",
  "display-name": "gcc HEAD",
  templates: ["gcc"],
  "compiler-option-raw": true,
  "runtime-option-raw": false,
  "display-compile-command": "g++ prog.cc",
  switches: [
    { name: "warning", type: "single", default: true, "display-flags": "-Wall -Wextra", "display-name": "Warnings" },
    { name: "optimize", type: "single", default: false, "display-flags": "-O2", "display-name": "Optimization" },
    {
      type: "select",
      name: "std",
      default: "gnu++20",
      options: [
        { name: "c++98", "display-flags": "-std=c++98", "display-name": "C++98" },
        { name: "gnu++20", "display-flags": "-std=gnu++20", "display-name": "C++20(GNU)" },
      ],
    },
  ],
};

const python = {
  name: "cpython-3.13.8",
  version: "3.13.8",
  language: "Python",
  "display-name": "CPython 3.13.8",
  templates: ["cpython"],
  "compiler-option-raw": false,
  "runtime-option-raw": true,
  "display-compile-command": "python prog.py",
  switches: [],
};

/**
 * In the place of a Wandbox: the two calls of its API that Coterie makes, as it documents them, with the headers that let another site's
 * page ask. It compiles nothing: a test says what comes of a program, or what goes wrong.
 */
export class WandboxStandIn {
  compilers: readonly object[] = [
    gcc,
    python,
    { ...python, name: "cpython-2.7.18", version: "2.7.18", "display-name": "CPython" },
  ];
  /** What a program says and how it ends: a CompileResult. */
  outcome: (sent: CompileParameter) => object = () => ({ status: "0", program_output: "", program_message: "" });
  /** What happens to the next requests, in turn. */
  mishaps: Mishap[] = [];
  /** All that was asked, without preflights, such as "GET /api/list.json". */
  readonly asked: string[] = [];
  /** All that was to be run. */
  readonly sent: CompileParameter[] = [];
  /** Cookies, referrers and the like that came along; none should. */
  readonly toldOfThePage: string[] = [];
  /** Requests whose asker was gone before they were answered. */
  givenUp = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(String(error));
      });
    });
  }

  static async start(): Promise<WandboxStandIn> {
    const standIn = new WandboxStandIn();
    standIn.#server.listen(0, "127.0.0.1");
    await once(standIn.#server, "listening");
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url } = request;
    if (method === "OPTIONS") {
      head(response, 204).end();
      return;
    }
    this.asked.push(`${method} ${url}`);
    for (const header of ["cookie", "referer", "authorization"])
      if (request.headers[header] !== undefined) this.toldOfThePage.push(`${header}: ${request.headers[header]}`);
    const body = await bodyOf(request);
    const mishap = this.mishaps.shift();
    if (mishap !== undefined) this.#fail(mishap, request, response);
    else if (method === "GET" && url === "/api/list.json") json(response, this.compilers);
    else if (method === "POST" && url === "/api/compile.json") this.#compile(body, response);
    else head(response, 404).end(`The resource '${url}' was not found.`);
  }

  #compile(body: string, response: ServerResponse): void {
    const sent = JSON.parse(body) as CompileParameter;
    if (!this.compilers.some((each) => "name" in each && each.name === sent.compiler)) {
      head(response, 404).end(`The resource '${sent.compiler}' was not found.`);
      return;
    }
    this.sent.push(sent);
    json(response, this.outcome(sent));
  }

  #fail(mishap: Mishap, request: IncomingMessage, response: ServerResponse): void {
    if ("status" in mishap) head(response, mishap.status).end("An error occurred");
    else if ("body" in mishap) head(response, 200, { "Content-Type": "application/json" }).end(mishap.body);
    else if ("moved" in mishap) head(response, 302, { Location: mishap.moved }).end();
    else if ("cut" in mishap) {
      head(response, 200, { "Content-Length": "1000" }).write("[{");
      setTimeout(() => request.socket.destroy(), 50);
    } else {
      response.once("close", () => {
        this.givenUp += 1;
      });
      if ("endless" in mishap) pour(response);
    }
  }
}

/** An answer without an end, as fast as it is taken. */
function pour(response: ServerResponse): void {
  head(response, 200);
  const part = " ".repeat(64 * 1024);
  const more = () => {
    while (!response.destroyed && response.write(part));
  };
  response.on("drain", more);
  more();
}

function head(response: ServerResponse, status: number, headers: Record<string, string> = {}): ServerResponse {
  return response.writeHead(status, {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
    ...headers,
  });
}

function json(response: ServerResponse, value: object): void {
  head(response, 200, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
