import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drop, linkOf, median, roomOf, rounded, type Site, stranger } from "./site.ts";

const files = 50;

/**
 * From the moment an address is opened in a browser that knows nothing until a letter that is typed shows in a file: a room of fifty files here,
 * a folder of fifty files in code-server; both servers run before, on this machine, by turns. Beside them a page of nothing but what is pressed and
 * typed in a room: what the browser, and whoever drives it, take by themselves.
 */
export async function measureTyping(site: Site, repetitions: number): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), "coterie-bench-"));
  const project = join(folder, "project");
  mkdirSync(project);
  for (let nth = 0; nth < files; nth++)
    writeFileSync(join(project, `file${nth}.ts`), `export const value${nth} = ${nth};\n`.repeat(40));
  if (repetitions > 26)
    throw new Error("--repetitions is at most 26: each types a capital letter that no file has yet.");
  const other = await CodeServer.start(site.repository, folder);
  const empty = createServer((_, response) => response.setHeader("content-type", "text/html").end(NOTHING)).listen(0);
  try {
    const page = await roomOf(site, "Fifty files");
    await drop(page, [project]);
    await page.getByText(`Brought in ${files} files.`).waitFor();
    const link = await linkOf(page);
    const nothing = `http://localhost:${(empty.address() as AddressInfo).port}`;
    const [ours, theirs, nobodys]: [number[], number[], number[]] = [[], [], []];
    for (let nth = 0; nth < repetitions; nth++) {
      ours.push(await inRoom(site, link, nth));
      theirs.push(await inCodeServer(site, other.addressOf(project), nth));
      nobodys.push(await inRoom(site, nothing, nth));
    }
    await page.context().close();
    const [own, code, least] = [ours, theirs, nobodys].map((all) => Math.round(median(all))) as [
      number,
      number,
      number,
    ];
    console.log(`\nlink to typing, cold, ${files} files: medians of ${repetitions}\n`);
    console.log(
      `coterie ${own} ms   code-server ${code} ms   ${rounded(code / own)} times as long   nothing ${least} ms`,
    );
    return {
      coterieMs: ours.map(Math.round),
      codeServerMs: theirs.map(Math.round),
      nothingMs: nobodys.map(Math.round),
      median: { coterie: own, codeServer: code, nothing: least },
    };
  } finally {
    other.stop();
    empty.close();
    rmSync(folder, { recursive: true });
  }
}

/** A door and an editor that are there as soon as the page is. */
const NOTHING = `<!doctype html><form onsubmit="event.preventDefault(); this.hidden = true; room.hidden = false">
<label>Your name <input></label><button>Join</button></form>
<div id="room" class="monaco-editor" hidden><div class="view-lines" contenteditable><div class="view-line">text</div></div></div>`;

async function inRoom(site: Site, link: string, nth: number): Promise<number> {
  const { context, page } = await stranger(site);
  const begun = performance.now();
  await page.goto(link, { waitUntil: "commit" });
  await page.getByRole("textbox", { name: "Your name" }).fill(`Guest ${nth}`);
  await page.getByRole("button", { name: "Join" }).click();
  const taken = await typed(page, begun, nth);
  await context.close();
  return taken;
}

async function inCodeServer(site: Site, address: string, nth: number): Promise<number> {
  const { context, page } = await stranger(site);
  const begun = performance.now();
  await page.goto(address, { waitUntil: "commit" });
  const taken = await typed(page, begun, nth);
  await context.close();
  return taken;
}

/** Types a letter that no file has yet as soon as an editor with text in it is there, until it shows. */
async function typed(page: import("playwright-core").Page, begun: number, nth: number): Promise<number> {
  const lines = page.locator(".monaco-editor .view-lines .view-line", { hasText: /\S/ }).first();
  await lines.waitFor();
  await page.locator(".monaco-editor .view-lines").first().click();
  const mark = String.fromCharCode("A".charCodeAt(0) + nth);
  await page.keyboard.type(mark);
  await page.locator(".monaco-editor .view-line", { hasText: mark }).first().waitFor();
  return performance.now() - begun;
}

/** Visual Studio Code as a server, with nothing to ask: no password, no trust, no welcome. */
class CodeServer {
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.#url = url;
  }

  static async start(repository: string, folder: string): Promise<CodeServer> {
    const data = join(folder, "code-server");
    mkdirSync(join(data, "User"), { recursive: true });
    const settings = { "security.workspace.trust.enabled": false, "workbench.startupEditor": "none" };
    writeFileSync(join(data, "User", "settings.json"), JSON.stringify(settings));
    const program = join(repository, "bench/web/files/peer/node_modules/code-server/out/node/entry.js");
    const args = ["--auth", "none", "--bind-addr", "127.0.0.1:0", "--user-data-dir", data, "--disable-telemetry"];
    const child = spawn("node", [program, ...args, "--disable-update-check"], {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const url = await new Promise<string>((resolve, reject) => {
      let said = "";
      child.stdout!.on("data", (part: Buffer) => {
        said += part.toString();
        const address = /HTTP server listening on (http:\/\/\S+?)\/?\s/.exec(said)?.[1];
        if (address) resolve(address);
      });
      child.once("exit", (code) => reject(new Error(`code-server ended with ${code}; it said:\n${said}`)));
    });
    return new CodeServer(child, url);
  }

  /** The folder, with one of its files open. */
  addressOf(folder: string): string {
    const { host } = new URL(this.#url);
    const open = JSON.stringify([["openFile", `vscode-remote://${host}${folder}/file0.ts`]]);
    return `${this.#url}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(open)}`;
  }

  /** It begins processes of its own, which would go on in a circle once it is gone. */
  stop(): void {
    process.kill(-this.#process.pid!, "SIGKILL");
  }
}
