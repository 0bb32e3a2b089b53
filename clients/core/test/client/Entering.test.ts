import { afterEach, beforeEach, expect, test } from "vitest";
import { Room } from "../../src/client/Room.ts";
import type { Socket } from "../../src/client/World.ts";
import { Company, until } from "./Company.ts";
import type { TestWorld } from "./TestWorld.ts";

let company: Company;
let ada: Room;
beforeEach(async () => {
  company = new Company();
  ada = await company.found();
  await until(() => ada.view.get().connection === "connected", "Ada is in");
});
afterEach(() => company.part());

/** How many connections this world makes from now on, and how many of these have ended. */
function counted(world: TestWorld): { made: number; ended: number } {
  const count = { made: 0, ended: 0 };
  const connect = world.connect.bind(world);
  world.connect = (): Socket => {
    count.made += 1;
    const socket = connect();
    const close = socket.close.bind(socket);
    socket.close = () => {
      count.ended += 1;
      close();
    };
    return socket;
  };
  return count;
}

test("who comes in by a link is in the room on the connection on which the door was opened", async () => {
  const world = company.world();
  const count = counted(world);
  const bob = await company.join(ada, "Bob", "editor", world);
  await until(() => bob.view.get().connection === "connected", "Bob is in");
  await until(() => ada.view.get().people.length === 2, "Ada sees him");
  expect(count).toEqual({ made: 1, ended: 0 });
});

test("where the keys cannot be kept the connection on which the door was opened ends", async () => {
  const world = company.world();
  const count = counted(world);
  world.vault.put = () => Promise.reject(new Error("the disk is full"));
  await expect(company.join(ada, "Bob", "editor", world)).rejects.toThrow("the disk is full");
  expect(count).toEqual({ made: 1, ended: 1 });
});

test("where no door opens the connection ends", async () => {
  const world = company.world();
  const count = counted(world);
  const way = { server: "http://hub.test", roomId: ada.view.get().id, name: "Bob", password: "guessed" };
  await expect(Room.join(world, way)).rejects.toThrow("This room has no password");
  expect(count).toEqual({ made: 1, ended: 1 });
});

test("of who leaves while their own papers are looked at nothing goes on", async () => {
  const { subtle } = crypto;
  const verify = subtle.verify.bind(subtle);
  for (let nth = 1; nth <= 4; nth++) {
    const world = company.world();
    const bob = await company.join(ada, "Bob", "editor", world);
    await until(() => bob.view.get().connection === "connected", "Bob is in");
    const count = counted(world);
    const running = new Set<unknown>();
    const { setTimer, clearTimer } = world;
    const leave = () => {
      bob.close();
      world.setTimer = (callback, ms) => {
        const timer = setTimer.call(world, callback, ms);
        running.add(timer);
        return timer;
      };
      world.clearTimer = (timer) => {
        running.delete(timer);
        clearTimer.call(world, timer);
      };
    };
    world.tamper = (frame) => {
      let looked = 0;
      if (frame.type === "joined")
        subtle.verify = async (...what: Parameters<typeof verify>) => {
          if (++looked === nth) leave(); // hers may be looked at before his
          return await verify(...what);
        };
      return [frame];
    };
    world.drop();
    await until(() => count.ended === 1, "he comes again, and hangs up");
    await new Promise((resolve) => setTimeout(resolve, 50));
    Reflect.deleteProperty(subtle, "verify");
    expect(running.size, `where he left at the ${nth}. look`).toBe(0);
  }
});

test("who leaves while the server is asked for the room does not join it", async () => {
  const world = company.world();
  const bob = await company.join(ada, "Bob", "editor", world);
  await until(() => bob.view.get().connection === "connected", "Bob is in");
  const joins = company.hub.asked.join;
  let frames = 0;
  world.tamper = (frame) => {
    frames += 1;
    if (frames === 2) bob.close(); // after the welcome comes the room
    return [frame];
  };
  const count = counted(world);
  world.drop();
  await until(() => count.made === 1, "he comes again");
  await until(() => count.ended === 1, "and hangs up");
  expect(company.hub.asked.join).toBe(joins);
});
