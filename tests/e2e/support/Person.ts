import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { expect } from "vitest";

interface Options {
  readonly size?: { width: number; height: number } | undefined;
  /** Whether the browser may keep a version of the page. */
  readonly keeps?: boolean | undefined;
}

/** One person at one browser profile of their own, and what they do with their hands. */
export class Person {
  /** Everything that the page asked of any other origin than its own; must stay empty. */
  readonly foreignRequests: string[] = [];
  /** Exceptions that nothing in the page caught. */
  readonly thrown: string[] = [];

  readonly name: string;
  readonly context: BrowserContext;
  readonly page: Page;

  private constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.context = context;
    this.page = page;
  }

  static async at(
    browser: Browser,
    name: string,
    server: string,
    { size = { width: 1280, height: 800 }, keeps = true }: Options = {},
  ): Promise<Person> {
    const context = await browser.newContext({ viewport: size, serviceWorkers: keeps ? "allow" : "block" });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server });
    context.setDefaultTimeout(20_000);
    const person = new Person(name, context, await context.newPage());
    context.on("request", (request) => {
      const url = new URL(request.url());
      const own = url.origin === server || url.protocol === "data:" || url.protocol === "blob:";
      if (!own) person.foreignRequests.push(request.url());
    });
    context.on("weberror", (error) => person.thrown.push(error.error().message));
    return person;
  }

  async createRoom(
    server: string,
    room: string,
    options: { adminKey?: string; password?: string } = {},
  ): Promise<void> {
    const page = this.page;
    await page.goto(server);
    await page.getByRole("button", { name: "New room" }).click();
    await page.getByRole("textbox", { name: "Room name" }).fill(room);
    await page.getByRole("textbox", { name: "Your name" }).fill(this.name);
    if (options.password !== undefined) await page.getByLabel(/^Password/).fill(options.password);
    if (options.adminKey !== undefined) {
      await page.getByText("Permanent", { exact: false }).first().click();
      await page.getByLabel(/admin key/i).fill(options.adminKey);
    }
    await page.getByRole("button", { name: "Create" }).click();
    await this.tree.waitFor();
  }

  async join(link: string): Promise<void> {
    await this.page.goto(link);
    await this.page.getByRole("textbox", { name: "Your name" }).fill(this.name);
    await this.page.getByRole("button", { name: "Join" }).click();
    await this.tree.waitFor();
  }

  /** The link that "Copy link" puts on the clipboard. */
  async copyLink(role: "editor" | "viewer"): Promise<string> {
    await this.page.getByRole("button", { name: "Copy link" }).click();
    const share = this.page.getByRole("dialog").filter({ hasText: "Copied" });
    await share.getByText(role === "editor" ? "Editor" : "Viewer", { exact: true }).click();
    const shown = await share.getByRole("textbox", { name: "Link" }).inputValue();
    await expect.poll(() => this.#clipboard()).toBe(shown);
    await this.page.keyboard.press("Escape");
    return shown;
  }

  async newFile(name: string): Promise<void> {
    await this.page.getByRole("button", { name: "New file" }).first().click();
    await this.page.keyboard.type(name);
    await this.page.keyboard.press("Enter");
    await this.file(name).waitFor();
  }

  async renameFile(from: string, to: string): Promise<void> {
    await this.file(from).focus();
    await this.page.keyboard.press("F2");
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(to);
    await this.page.keyboard.press("Enter");
    await this.file(to).waitFor();
  }

  async deleteFile(name: string): Promise<void> {
    await this.file(name).focus();
    await this.page.keyboard.press("Delete");
    await this.file(name).waitFor({ state: "detached" });
  }

  /** Opens the room menu and takes what it offers under this name. */
  async choose(item: string): Promise<void> {
    await this.page.getByRole("button", { name: "Room menu" }).click();
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  /** Whether the open editor has the keyboard. */
  async atEditor(): Promise<boolean> {
    return await this.page.evaluate(() => document.activeElement?.closest(".monaco-editor") != null);
  }

  badge(text: string | RegExp): Locator {
    return typeof text === "string"
      ? this.page.getByText(text, { exact: true }).first()
      : this.page.getByText(text).first();
  }

  /** The names that stand beside other people's cursors in the open editor. */
  async cursorNames(): Promise<string[]> {
    return await this.page
      .locator(".monaco-editor .peer-tag")
      .evaluateAll((found) => found.map((label) => label.textContent ?? ""));
  }

  get tree(): Locator {
    return this.page.getByRole("tree");
  }

  file(name: string): Locator {
    return this.tree.getByRole("treeitem", { name });
  }

  /** The visible text of the open editor, with Monaco's no-break spaces made plain. */
  async text(): Promise<string> {
    const lines = await this.page.locator(".monaco-editor .view-line").evaluateAll((found) =>
      found
        .map((line) => ({ top: Number.parseFloat((line as HTMLElement).style.top), text: line.textContent ?? "" }))
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text),
    );
    return lines.join("\n").replaceAll("\u00a0", " ");
  }

  /** Puts the caret at the end of the document and types there, key by key. */
  async typeAtEnd(text: string, delay = 15): Promise<void> {
    await this.page.locator(".monaco-editor .view-lines").first().click();
    await this.page.keyboard.press("Control+End");
    await this.page.keyboard.type(text, { delay });
  }

  async say(text: string): Promise<void> {
    const box = this.page.getByRole("textbox", { name: "Message" });
    await box.fill(text);
    await box.press("Enter");
  }

  async #clipboard(): Promise<string> {
    return await this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** A picture for the failure report, outside the repository. */
  async picture(name: string): Promise<string> {
    const path = join(mkdtempSync(join(tmpdir(), "coterie-e2e-")), `${this.name}-${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}
