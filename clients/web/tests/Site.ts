import type { Browser } from "playwright-core";
import { inject } from "vitest";
import { launchBrowser } from "../../../tests/support/browser.ts";

/** The client and its labs as they were built for this run (`served.ts`), and a real Chromium. */
export class Site {
  readonly url = inject("site");
  readonly browser: Browser;

  private constructor(browser: Browser) {
    this.browser = browser;
  }

  static async open(): Promise<Site> {
    return new Site(await launchBrowser());
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}
