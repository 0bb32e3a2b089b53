import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { Site } from "../Site.ts";
import type {} from "./lab.tsx";

const python = {
  id: "python",
  name: "Python",
  extensions: [".py"],
  file: "main.py",
  installed: true,
  memoryMB: 128,
  arguments: true,
};
const rust = { ...python, id: "rust", name: "Rust", extensions: [".rs"], file: "main.rs", installed: false };
const answer = {
  languages: [
    python,
    { ...python, id: "pypy", name: "PyPy", extensions: [], installed: false },
    { ...rust, install: "apt-get install rustc" },
  ],
};

/** The panel of programs in Chromium, a page for each test: a real terminal, in a real room with a hub in the page; what the server would say the test says. */
export class RunStage {
  #site: Site | undefined;
  #page: Page | undefined;
  #thrown: string[] = [];

  constructor() {
    beforeAll(async () => {
      this.#site = await Site.open();
    }, 60_000);
    afterAll(() => this.#site?.close());
    beforeEach(async () => {
      const page = await this.#site!.browser.newPage({ viewport: { width: 1000, height: 640 } });
      const thrown: string[] = [];
      [this.#page, this.#thrown] = [page, thrown];
      page.on("pageerror", (error) => thrown.push(error.message));
      await page.route("**/run", (route) => route.fulfill({ json: answer }));
      await page.goto(`${this.#site!.url}tests/room/lab.html`, { waitUntil: "commit" });
      await page.waitForFunction(() => window.lab !== undefined, undefined, { timeout: 120_000 });
    }, 150_000);
    afterEach(async () => {
      await this.page.close();
      expect(this.#thrown).toEqual([]);
    });
  }

  get page(): Page {
    return this.#page!;
  }

  /** Bob has a program in front. */
  async inFront(name: string, text: string): Promise<void> {
    await this.page.evaluate(
      async ([called, content]) => {
        const { lab } = window;
        const [id] = await lab.make([called!]);
        const file = await lab.opened(lab.bob, id!);
        file.text.insert(0, content!);
        await lab.front(id!);
      },
      [name, text],
    );
  }

  /** He runs it, agrees to what goes along, and the server takes it. */
  async run(name = "main.py"): Promise<void> {
    await this.page.getByRole("button", { name: `Run ${name}`, exact: true }).click();
    await this.page.getByRole("dialog").getByRole("button", { name: "Run" }).click();
    await this.page.waitForFunction(() => window.lab.company.hub.runs.runs.size > 0);
  }

  async say(text: string): Promise<void> {
    await this.page.evaluate((what) => window.lab.company.hub.runs.newest.say(what), text);
  }

  typed(): Promise<string> {
    return this.page.evaluate(() => window.lab.company.hub.runs.newest.typed);
  }

  shown(): Promise<string> {
    return this.page.locator("[role=tabpanel]:not([hidden]) .xterm-rows").innerText();
  }
}
