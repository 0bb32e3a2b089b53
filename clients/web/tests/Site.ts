import type { Browser } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { launchBrowser } from "../../../tests/support/browser.ts";

/** The client's sources served by Vite on a free port, and a real Chromium. */
export class Site {
  readonly url: string;
  readonly browser: Browser;
  readonly #vite: ViteDevServer;

  private constructor(vite: ViteDevServer, browser: Browser) {
    this.#vite = vite;
    this.browser = browser;
    this.url = vite.resolvedUrls!.local[0]!;
  }

  static async open(): Promise<Site> {
    const vite = await createServer({
      root: `${import.meta.dirname}/..`,
      server: { port: 0, host: "127.0.0.1" },
      logLevel: "error",
    });
    await vite.listen();
    const browser = await launchBrowser();
    return new Site(vite, browser);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.#vite.close();
  }
}
