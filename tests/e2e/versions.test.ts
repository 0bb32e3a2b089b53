import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";
import { versions } from "./support/versions.ts";

/** A browser keeps the version of Coterie that it found on a server, and asks before it takes another one. */
const settings = [
  "--servers",
  '"Paris" & more=https://code.example/base',
  "--wandbox",
  "https://wandbox.example",
  "--drive-client-id",
  "1-a.apps.googleusercontent.com",
];
const { person, wire, server } = stage(() => settings);
const serving = versions();

const pitch = "A quiet room to code in, together.";
const otherPitch = "A loud room to code in, alone.";
const another = { "assets/index-": (text: string) => text.replace(pitch, otherPitch) };
const offered = "This server offers another version of Coterie";

/** Visits once, until the version is kept, and loads the page again: from now on the worker stands before it. */
async function kept(name = "Ada"): Promise<Person> {
  const one = await person(name);
  await one.page.goto(wire().url);
  await isKept(one.page);
  await one.page.reload();
  await heading(one.page, pitch);
  expect(await one.page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  return one;
}

async function isKept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}

/** All its files are here, as they are when the page has been open for a while. */
async function isFilled(page: Page): Promise<void> {
  await page.evaluate(() =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      navigator.serviceWorker.controller!.postMessage({ type: "fill" }, [port2]);
    }).then(() => undefined),
  );
}

function heading(page: Page, words: string): Promise<void> {
  return page.getByRole("heading", { name: words, exact: true }).waitFor();
}

function question(page: Page, title: string) {
  return page.getByRole("region", { name: title });
}

test("Y5, Y6: who stays keeps working on the version that they had and is not asked again; who uses the other one has it", async () => {
  const ada = await kept();
  await isFilled(ada.page);
  const other = await serving(another, { relist: true, args: settings });
  await server().kill();
  wire().mend(other.port);
  await ada.page.reload();
  await heading(ada.page, pitch);
  const asked = question(ada.page, offered);
  await asked.getByRole("button", { name: "Stay" }).click();
  await asked.waitFor({ state: "detached" });
  await ada.createRoom(wire().url, "Bridge");
  await ada.newFile("main.py");
  await ada.typeAtEnd("still here");
  await expect.poll(() => ada.text()).toContain("still here");

  await ada.page.goto(wire().url);
  await heading(ada.page, pitch);
  await ada.page.getByRole("button", { name: "About this page" }).click();
  const about = ada.page.getByRole("dialog", { name: "About this page" });
  await about.getByText("This browser keeps it").waitFor();
  await about.getByText("The server offers").waitFor();
  expect(await asked.count()).toBe(0);
  await about.getByRole("button", { name: "Use it" }).click();
  await heading(ada.page, otherPitch);
  await ada.page.reload();
  await heading(ada.page, otherPitch);
});

test("Y6 it is asked over a room, and what is open there goes on meanwhile", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Bridge", { adminKey: await server().adminKey() });
  await isKept(ada.page);
  await ada.page.reload();
  await ada.tree.waitFor();
  await ada.newFile("main.py");
  const other = await serving(another, { relist: true, args: settings });
  wire().cut();
  wire().mend(other.port);
  await ada.page.reload();
  await question(ada.page, offered).getByRole("button", { name: "Use it" }).click();
  await question(ada.page, offered).waitFor({ state: "detached" });
  await ada.page.goto(wire().url);
  await heading(ada.page, otherPitch);
});

test("Y6 who came for a moment and stays is told that files are missing and asked again, and gets on where they are", async () => {
  const ada = await kept();
  const other = await serving(
    { "assets/Door-": (text) => `globalThis.other = true;${text}` },
    { relist: true, args: settings },
  );
  await server().kill();
  wire().mend(other.port);
  await ada.page.reload();
  const asked = question(ada.page, offered);
  await asked.getByText("files of your version are not here").waitFor();
  await asked.getByRole("button", { name: "Stay" }).click();
  await asked.waitFor({ state: "detached" });
  await ada.page.goto(`${wire().url}/r/${"0".repeat(26)}`);
  await ada.page.getByRole("heading", { name: "The page could not be loaded" }).waitFor();
  await asked.waitFor();
  expect(await ada.page.evaluate(() => "other" in globalThis)).toBe(false);
  await ada.page.getByRole("button", { name: "Use the server's version" }).click();
  await expect.poll(() => ada.page.evaluate(() => "other" in globalThis).catch(() => false)).toBe(true);
});

test("Y6 a version that the browser has no room for is not taken, and said so", async () => {
  const ada = await kept();
  const other = await serving(another, { relist: true, args: settings });
  await server().kill();
  wire().mend(other.port);
  await ada.page.reload();
  const use = question(ada.page, offered).getByRole("button", { name: "Use it" });
  await use.waitFor();
  const developer = await ada.context.newCDPSession(ada.page);
  await developer.send("Storage.overrideQuotaForOrigin", { origin: wire().url, quotaSize: 1 });
  await use.click();
  await ada.page.getByText("This browser could not store it").waitFor();
  await developer.send("Storage.overrideQuotaForOrigin", { origin: wire().url });
  await use.click();
  await heading(ada.page, otherPitch);
});

test("Y5 a file that is changed under the version that is kept is not run", async () => {
  const ada = await kept();
  const evil = { "assets/Door-": (text: string) => `globalThis.evil = true;${text}` };
  const room = `${wire().url}/r/${"0".repeat(26)}`;
  const other = await serving(evil, { relist: false, args: settings });
  await server().kill();
  wire().mend(other.port);
  await ada.page.goto(room);
  await ada.page.getByRole("heading", { name: "The page could not be loaded" }).waitFor();
  expect(await ada.page.evaluate(() => "evil" in globalThis)).toBe(false);

  const bob = await person("Bob"); // who has never been there has nothing to hold the server to: the test's attack is one
  await bob.page.goto(room);
  await expect.poll(() => bob.page.evaluate(() => "evil" in globalThis)).toBe(true);
});

test("Y7 a page that is not of the version that its server names is not shown, and not offered", async () => {
  const ada = await kept();
  const evil = { "index.html": (text: string) => text.replace("<title>", "<title>Evil ") };
  const other = await serving(evil, { relist: false, args: settings });
  await server().kill();
  wire().mend(other.port);
  await ada.page.reload();
  await heading(ada.page, pitch);
  const asked = question(ada.page, "This server hands out something other than it names");
  await asked.getByRole("button", { name: "Stay" }).waitFor();
  expect(await asked.getByRole("button", { name: "Use it" }).count()).toBe(0);
  expect(await ada.page.content()).not.toContain("Evil");
});

test("Y5 Drive's page is not run either where it is of another hash, though it was never kept, and what is kept stays", async () => {
  const ada = await kept();
  const change = (text: string) => text.replace("<title>", "<title>Evil ");
  const other = await serving({ "drive.html": change, "index.html": change }, { relist: false, args: settings });
  await server().kill();
  wire().mend(other.port);
  const said = await ada.page.goto(`${wire().url}/drive`);
  expect([said?.status(), said?.headers()["content-type"]]).toEqual([503, "text/plain; charset=utf-8"]);
  const start = await ada.page.goto(wire().url);
  expect(await start?.text()).not.toContain("Evil");
  await heading(ada.page, pitch);
});

test("Y7 that the worker is replaced, which browsers let a server do, is told", async () => {
  const ada = await kept();
  const other = await serving({ "sw.js": (text) => `${text}\n// other` }, { relist: false, args: settings });
  await server().kill();
  wire().mend(other.port);
  const developer = await ada.context.newCDPSession(ada.page);
  await developer.send("Network.clearBrowserCache"); // as after a day
  await ada.page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration())?.update()));
  const asked = question(ada.page, "This server replaced what keeps your version");
  await asked.getByRole("button", { name: "Understood" }).click();
  await asked.waitFor({ state: "detached" });
});

test("Y5 the page that is kept has the server's settings of now, and tells the browser what the server's tells it", async () => {
  const ada = await kept();
  const own = await ada.page.reload();
  expect(own?.fromServiceWorker()).toBe(true);
  const served = await fetch(wire().url);
  const told = [
    "content-security-policy",
    "content-type",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
  ];
  for (const name of [...told, "cross-origin-opener-policy", "cross-origin-resource-policy", "x-frame-options"])
    expect([name, own?.headers()[name]]).toEqual([name, served.headers.get(name)]);
  expect(await own?.text()).toBe(await served.text());
  expect(served.headers.get("content-security-policy")).toContain(" https://wandbox.example/api/compile.json;");

  const plain = await serving({ "mark.svg": (text) => `${text}\n` }, { relist: true });
  await server().kill();
  wire().mend(plain.port);
  const changed = await ada.page.reload();
  expect(await changed?.text()).toBe(await (await fetch(wire().url)).text());
  expect(changed?.headers()["content-security-policy"]).not.toContain("wandbox");
});

test("Y5 settings that would send a room elsewhere are asked about, and a page that was not allowed does not have them", async () => {
  const ada = await kept();
  const other = await serving(
    { "mark.svg": (text) => `${text}\n` },
    { relist: true, args: [...settings, "--drive-api", "https://elsewhere.example/api"] },
  );
  const same = await serving({}, { relist: true, args: [...settings, "--drive-api", "https://elsewhere.example/api"] });
  await server().kill();
  wire().mend(same.port);
  const page = await ada.page.reload();
  expect(await page?.text()).toContain("googleapis.com");
  expect(page?.headers()["content-security-policy"]).not.toContain("elsewhere.example");
  const asked = question(ada.page, "This server offers to send files elsewhere");
  await asked.getByText("elsewhere.example").waitFor();
  await asked.getByRole("button", { name: "Allow it" }).click();
  await expect.poll(() => ada.page.content()).toContain("https://elsewhere.example/api");
  wire().cut();
  wire().mend(other.port);
  await ada.page.reload();
  const offers = question(ada.page, offered);
  await offers.getByRole("button", { name: "Use it" }).waitFor();
  expect(await offers.getByText("elsewhere.example").count()).toBe(0); // was allowed
});

test("What the server says at an address that is no page can do nothing in the browser", async () => {
  const ada = await kept();
  const said = await ada.page.goto(`${wire().url}/health`);
  expect(said?.headers()["content-security-policy"]).toBe("sandbox; default-src 'none'");
  expect(said?.headers()["content-type"]).toBe("text/plain; charset=utf-8");
});

test("Y5 a version that is let go of is kept no more, and the next visit begins anew", async () => {
  const ada = await kept();
  const worded = { "index.html": (text: string) => text.replace("Code together", "Code alone") };
  const other = await serving(worded, { relist: true, args: settings });
  await server().kill();
  wire().mend(other.port);
  await ada.page.reload();
  const description = ada.page.locator("meta[name=description]");
  expect(await description.getAttribute("content")).toContain("Code together");
  await ada.page.getByRole("button", { name: "About this page" }).click();
  await ada.page.getByRole("button", { name: "Let go of this version" }).click();
  await expect.poll(() => description.getAttribute("content")).toContain("Code alone");
});
