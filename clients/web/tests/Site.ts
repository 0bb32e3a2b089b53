import { type Browser, chromium } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";

/** The client's sources served by Vite on a free port, and a real Chromium (Debian's, or the one the environment names). */
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
    const browser = await chromium.launch({
      executablePath: process.env.COTERIE_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    return new Site(vite, browser);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.#vite.close();
  }
}
