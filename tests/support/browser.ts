import { type Browser, chromium } from "playwright-core";

/** Under this name every test browser finds this machine, as another machine over plain http: no secure context. */
export const farName = "far.example";

/** Debian's Chromium, or the one that COTERIE_CHROMIUM names, with everything off that would ask the network for something. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
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
      `--host-resolver-rules=MAP ${farName} 127.0.0.1`,
    ],
  });
}
