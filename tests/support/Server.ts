import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, statSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const START_MS = 60_000; // a cold start on a busy machine
const KEPT_LINES = 200; // of what the server said, for the report of a failure

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export interface ServerOptions {
  /** Further options of `coterie serve`. */
  readonly args?: readonly string[];
  /** Its data lies on a disk of its own that holds so many bytes. Needs the right to mount. */
  readonly diskBytes?: number | undefined;
}

/**
 * The real server program in a process of its own, with a data directory of its own that outlives the process: it may be
 * killed and started again. It builds nothing; the newest build of src/Coterie.Cli is run. Its process never outlives ours.
 */
export class Server {
  /** What it printed last, both streams. */
  readonly said: string[] = [];
  readonly data = mkdtempSync(join(tmpdir(), "coterie-server-"));
  readonly #options: ServerOptions;
  #process: ChildProcess | undefined;
  #url = "";

  private constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** @throws Error that says what to build, or what the server said before it ended. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const server = new Server(options);
    if (options.diskBytes !== undefined) mount(server.data, options.diskBytes);
    await server.restart();
    return server;
  }

  /** Where it listens, such as `http://127.0.0.1:40123`; another port after each start. */
  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  /** The operator's key, which making a permanent room needs. */
  async adminKey(): Promise<string> {
    return (await readFile(this.#adminKeyFile, "utf8")).trim();
  }

  /** kill -9, as a power cut would: no handler of the server runs. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Starts it on the same data directory, ending it first if it runs. */
  async restart(): Promise<void> {
    await this.#end("SIGTERM");
    const args = ["--urls", "http://127.0.0.1:0", "--data", this.data, "--admin-key-file", this.#adminKeyFile];
    const child = spawn("dotnet", [program(), "serve", ...args, ...(this.#options.args ?? [])], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    this.#url = await this.#listening(child);
  }

  /** Ends it as an operator would and removes its data. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    if (this.#options.diskBytes !== undefined) execFileSync("umount", [this.data]);
    await rm(this.data, { recursive: true, force: true });
  }

  get #adminKeyFile(): string {
    return join(this.data, "admin.key");
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  #listening(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`the server ${why}; it said:\n${this.said.join("\n")}`));
      const late = setTimeout(() => {
        child.kill("SIGKILL");
        fail(`was not listening after ${START_MS / 1000} s`);
      }, START_MS);
      child.once("error", () => fail("did not start: is dotnet installed?"));
      child.once("close", (code, signal) => {
        clearTimeout(late);
        fail(`ended with ${signal ?? code}`);
      });
      for (const stream of [child.stdout!, child.stderr!])
        createInterface({ input: stream }).on("line", (line) => {
          this.said.push(line);
          if (this.said.length > KEPT_LINES) this.said.shift();
          const url = /listening on (https?:\/\/\S+)/.exec(line)?.[1];
          if (url === undefined) return;
          clearTimeout(late);
          resolve(url);
        });
    });
  }
}

function mount(folder: string, bytes: number): void {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    throw new Error("A small disk for the server cannot be mounted: this test needs root, or the right to mount.", {
      cause: error,
    });
  }
}

/** The newest build of the server, whichever configuration that is. */
function program(): string {
  const builds = ["Release", "Debug"]
    .map((configuration) => join(repository, "src/Coterie.Cli/bin", configuration, "net10.0/coterie.dll"))
    .filter((path) => existsSync(path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (builds[0] === undefined) throw new Error("the server is not built; run: dotnet build src/Coterie.Cli -c Release");
  return builds[0];
}
