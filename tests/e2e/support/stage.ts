import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { launchBrowser } from "../../support/browser.ts";
import { Server, type ServerOptions } from "../../support/Server.ts";
import { Person } from "./Person.ts";
import { Wire } from "./Wire.ts";

const webClient = fileURLToPath(new URL("../../../clients/web/dist", import.meta.url));

interface Staged {
  /** The address that the server sees. */
  readonly from?: string;
  /** No: browsers keep no version, so that a test may lose files of the page on their way: a route sees nothing of what goes by a service worker. */
  readonly keeps?: boolean;
}

/**
 * What every test of a file stands on: a real browser, and for each test the real server on a disk of its own behind a wire that
 * can be cut. The options are further ones of `coterie serve`. Every person has a profile of their own. A page that asks anything of another origin, or throws, fails its test.
 */
export function stage(
  options: () => readonly string[] = () => [],
  { diskBytes, from, keeps }: Pick<ServerOptions, "diskBytes"> & Staged = {},
) {
  let browser: Browser;
  let server: Server;
  let wire: Wire;
  let people: Person[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    server = await Server.start({ args: ["--web", webClient, ...options()], diskBytes });
    wire = await Wire.to(server.port, from);
  });

  afterEach(async () => {
    const foreign = people.flatMap((person) => person.foreignRequests);
    const thrown = people.flatMap((person) => person.thrown);
    for (const person of people) await person.context.close();
    people = [];
    await wire.close();
    await server.stop();
    expect(foreign).toEqual([]);
    expect(thrown).toEqual([]);
  });

  async function person(name: string, size?: { width: number; height: number }): Promise<Person> {
    const one = await Person.at(browser, name, wire.url, { size, keeps });
    people.push(one);
    return one;
  }

  async function permanentRoom(name = "Ada"): Promise<Person> {
    const owner = await person(name);
    await owner.createRoom(wire.url, "Bridge", { adminKey: await server.adminKey() });
    return owner;
  }

  async function converged(...all: Person[]): Promise<string> {
    await expect
      .poll(async () => new Set(await Promise.all(all.map((one) => one.text()))).size, { timeout: 20_000 })
      .toBe(1);
    return await all[0]!.text();
  }

  return { person, permanentRoom, converged, server: () => server, wire: () => wire, browser: () => browser };
}
