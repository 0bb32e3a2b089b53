import { afterEach, expect, test } from "vitest";
import { Bringer } from "../support/Bringer.ts";
import { faults } from "../support/faults.ts";
import type { Person } from "../support/Person.ts";
import { avif, bmp, foreign, gif, icon, pdf, png, wav } from "../support/samples.ts";
import { stage } from "../support/stage.ts";

const { person, permanentRoom, wire } = stage(() => ["--bytes-per-file", `${64 * 1024 * 1024}`], { keeps: false });

let bea: Bringer;
afterEach(() => bea?.close());

/** Ada in a room of her own, and Bea, who brings files into it. */
async function adaAndBea(size?: { width: number; height: number }): Promise<Person> {
  const ada = await permanentRoom();
  bea = await Bringer.join(await ada.copyLink("editor"));
  if (size) await ada.page.setViewportSize(size);
  return ada;
}

const pane = (who: Person, name: string) => who.page.getByRole("tabpanel", { name, exact: true });

async function look(who: Person, name: string, bytes: Uint8Array): Promise<string> {
  const id = await bea.put(name, bytes);
  await who.file(name).click();
  await pane(who, name).waitFor();
  return id;
}

/** How large the picture is shown. */
async function scaleOf(who: Person): Promise<number> {
  const image = who.page.locator("img[alt='photo.png']");
  return await image.evaluate(
    (element: HTMLImageElement) => element.getBoundingClientRect().width / element.naturalWidth,
  );
}

test("a picture is fitted in, zoomed by buttons, keys and the wheel about the pointer, and dragged", async () => {
  const ada = await adaAndBea();
  const { page } = ada;
  await look(ada, "photo.png", png(1600, 800));
  const photo = pane(ada, "photo.png");
  await photo.getByText("PNG · 1600 × 800 pixels · ").waitFor();
  const fitted = await scaleOf(ada);
  expect(fitted).toBeLessThan(0.6);
  expect(fitted).toBeGreaterThan(0.2);

  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-stage"))).not.toBeNull();
  await page.keyboard.press("0");
  await expect.poll(() => scaleOf(ada)).toBeCloseTo(1);
  await page.keyboard.press("+");
  await expect.poll(() => scaleOf(ada)).toBeCloseTo(1.25);
  await page.keyboard.press("Shift+Digit0");
  await expect.poll(() => scaleOf(ada)).toBeCloseTo(fitted);
  await photo.getByRole("button", { name: "Zoom in" }).click();
  await expect.poll(() => scaleOf(ada)).toBeGreaterThan(fitted);
  await photo.getByRole("button", { name: /^Actual size/ }).click();

  const box = (await photo.getByRole("img", { name: "photo.png" }).boundingBox())!;
  const frame = (await photo.locator("[data-stage]").boundingBox())!;
  const at = { x: frame.x + frame.width * 0.25, y: frame.y + frame.height * 0.25 };
  const under = { x: (at.x - box.x) / box.width, y: (at.y - box.y) / box.height };
  await page.mouse.move(at.x, at.y);
  await page.keyboard.down("Control");
  for (let notch = 0; notch < 4; notch++) await page.mouse.wheel(0, -100);
  await page.keyboard.up("Control");
  await expect.poll(() => scaleOf(ada)).toBeGreaterThan(2);
  const image = photo.getByRole("img", { name: "photo.png" });
  const grown = (await image.boundingBox())!;
  expect((at.x - grown.x) / grown.width).toBeCloseTo(under.x, 1);
  expect((at.y - grown.y) / grown.height).toBeCloseTo(under.y, 1);
  expect(await image.evaluate((element) => getComputedStyle(element).imageRendering)).toBe("pixelated");

  await page.mouse.down();
  await page.mouse.move(at.x + 60, at.y + 40, { steps: 4 });
  await page.mouse.up();
  const moved = (await image.boundingBox())!;
  expect(moved.x - grown.x).toBeCloseTo(60, 0);
  expect(moved.y - grown.y).toBeCloseTo(40, 0);
});

test("what it is, its bytes say, not its name; an SVG shown as a picture runs nothing and asks nobody", async () => {
  const ada = await adaAndBea();
  const { page } = ada;
  const asked: string[] = [];
  ada.context.on("request", (request) => asked.push(request.url()));
  const hostile = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="60" onload="parent.ran = 1">
    <script>top.ran = 1; document.title = "taken"; fetch("${wire().url}/stolen")</script>
    <image xlink:href="https://elsewhere.example/a.png" width="10" height="10"/>
    <foreignObject width="20" height="20"><img xmlns="http://www.w3.org/1999/xhtml" src="${wire().url}/stolen.png" onerror="top.ran = 1"/></foreignObject>
    <rect width="90" height="60" fill="teal"/></svg>`;
  for (const name of ["drawing.png", "drawing.svg"]) {
    await look(ada, name, Buffer.from(hostile));
    await pane(ada, name).getByText("SVG · 90 × 60 pixels · ").waitFor();
  }
  await look(ada, "song.mp3", png(8, 8));
  await pane(ada, "song.mp3").getByText("PNG · 8 × 8 pixels · ").waitFor();
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => "ran" in window)).toBe(false);
  expect(asked.filter((url) => /stolen|elsewhere/.test(url))).toEqual([]);
});

test("a picture that is cut off says so, whatever its kind, and shows what there is", { timeout: 90_000 }, async () => {
  const ada = await adaAndBea();
  const { page } = ada;
  const drawn = async (type: string) =>
    Buffer.from(
      await page.evaluate(async (type) => {
        const canvas = new OffscreenCanvas(64, 48);
        const pen = canvas.getContext("2d")!;
        for (let x = 0; x < 64; x++) {
          pen.fillStyle = `hsl(${x * 37} 80% 50%)`;
          pen.fillRect(x, x % 9, 1, 40);
        }
        return [...new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer())];
      }, type),
    );
  const whole: [name: string, bytes: Buffer, size: string][] = [
    ["a.png", png(64, 48), "PNG · 64 × 48"],
    ["b.jpg", await drawn("image/jpeg"), "JPEG · 64 × 48"],
    ["c.webp", await drawn("image/webp"), "WebP · 64 × 48"],
    ["d.gif", gif(64, 48, 1), "GIF · 64 × 48"],
    ["moving.gif", gif(64, 48, 3), "GIF · 64 × 48"],
    ["f.bmp", bmp(64, 48), "BMP · 64 × 48"],
    ["g.ico", icon(32, 32), "icon · 32 × 32"],
  ];
  const damage = page.getByRole("alert").filter({ hasText: "damaged" });
  for (const [name, bytes, size] of whole) {
    await look(ada, `cut-${name}`, bytes.subarray(0, -20));
    const cut = pane(ada, `cut-${name}`);
    await cut.getByText(size).waitFor();
    await cut.getByRole("alert").filter({ hasText: "damaged or cut off" }).waitFor();
    expect(
      await cut.getByRole("img", { name }).evaluate((image: HTMLImageElement) => image.naturalWidth),
    ).toBeGreaterThan(8);

    await look(ada, `whole-${name}`, bytes);
    await pane(ada, `whole-${name}`).getByText(size).waitFor();
    await page.waitForTimeout(200); // it would be told by now
    expect(await damage.count(), name).toBe(0);
  }
  await look(ada, "whole.avif", avif);
  await pane(ada, "whole.avif").getByText("AVIF · 16 × 16").waitFor();
  await page.waitForTimeout(200);
  expect(await damage.count()).toBe(0);
  await look(ada, "cut.avif", avif.subarray(0, -20)); // it has one piece, without which there is nothing
  await pane(ada, "cut.avif").getByRole("alert").filter({ hasText: "AVIF picture is damaged" }).waitFor();
});

test("sound is played, and what the browser cannot play says so", async () => {
  const ada = await adaAndBea();
  await look(ada, "tone.wav", wav(2));
  const player = pane(ada, "tone.wav").locator("audio[aria-label='tone.wav']");
  await expect.poll(() => player.evaluate((element: HTMLAudioElement) => element.duration)).toBeCloseTo(2, 1);
  await player.evaluate((element: HTMLAudioElement) => {
    element.muted = true;
    return element.play();
  });
  await expect.poll(() => player.evaluate((element: HTMLAudioElement) => element.currentTime)).toBeGreaterThan(0);
  await look(ada, "broken.flac", Buffer.from("fLaC and nothing else"));
  await pane(ada, "broken.flac").getByText("This browser cannot play it", { exact: false }).waitFor();
});

const chapters = [
  ["The first page", "Bridges of stone", "and of iron"],
  ["The second page", "A bridge in", "Rotterdam"],
  ["The third page", "No more of it"],
];

test("a PDF shows its pages, is searched over all of them, goes to a page and grows; its text can be selected", async () => {
  const ada = await adaAndBea();
  const { page } = ada;
  const script = `/OpenAction << /S /JavaScript /JS (app.alert\\("ran"\\); this.submitForm\\("${wire().url}/stolen"\\)) >>`;
  await look(ada, "book.pdf", pdf(chapters, { catalog: script, uri: "https://elsewhere.example/" }));
  const book = pane(ada, "book.pdf");
  const number = book.getByRole("textbox", { name: "Page, of 3" });
  await number.waitFor();
  await book.locator("[data-page='1'] canvas").waitFor();
  await book.locator("[data-page='1']").getByText("Bridges of stone").waitFor();
  const scale = () =>
    book
      .locator("[data-page]")
      .first()
      .evaluate((element) => element.getBoundingClientRect().width / 595);
  const fitted = await scale();

  await page.keyboard.press("Control+f");
  const find = book.getByRole("textbox", { name: "Find in this PDF" });
  await find.fill("BRIDGE");
  await book.getByText("1 of 2", { exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await book.getByText("2 of 2", { exact: true }).waitFor();
  await expect.poll(() => number.inputValue()).toBe("2");
  const coloured = () =>
    page.evaluate(() =>
      ["pdf-hit-current", "pdf-hit"].map((name) => [...(CSS.highlights.get(name) ?? [])].map(String)),
    );
  await expect.poll(coloured).toEqual([["bridge"], expect.arrayContaining(["Bridge"])]);
  await find.fill("bridge in rotterdam");
  await book.getByText("1 of 1", { exact: true }).waitFor();
  await find.fill("tunnel");
  await book.getByText("Not found").waitFor();
  await page.keyboard.press("Escape");
  await find.waitFor({ state: "detached" });
  await expect.poll(coloured).toEqual([[], []]);

  await number.fill("3");
  await page.keyboard.press("Enter");
  await book.locator("[data-page='3'] canvas").waitFor();
  expect(await number.inputValue()).toBe("3");
  await book.getByRole("button", { name: "Previous page" }).click();
  await expect.poll(() => number.inputValue()).toBe("2");
  await book.getByRole("button", { name: "Zoom in" }).click();
  await expect.poll(scale).toBeGreaterThan(fitted * 1.05);
  expect(await number.inputValue()).toBe("2");
  await book.getByRole("button", { name: "Fit the width" }).click();
  await expect.poll(scale).toBeCloseTo(fitted, 2);

  await page.getByRole("tab", { name: "welcome.md" }).click();
  await page.locator(".monaco-editor").waitFor();
  await page.getByRole("tab", { name: "book.pdf" }).click();
  await book.locator("[data-page='2'] canvas").waitFor();
  await page.waitForTimeout(300);
  expect(await number.inputValue()).toBe("2");
  expect(await book.locator("[data-stage]").evaluate((element) => element.scrollTop)).toBeGreaterThan(300);

  await number.fill("1");
  await page.keyboard.press("Enter");
  const link = book.locator("[data-page='1'] a");
  expect(await link.getAttribute("href")).toBe("https://elsewhere.example/");
  expect(await link.getAttribute("rel")).toBe("noopener noreferrer");
  expect(await link.getAttribute("target")).toBe("_blank");
  await book.locator("[data-page='1']").getByText("and of iron").dblclick();
  expect(await page.evaluate(() => getSelection()?.toString())).toMatch(/^(and|of|iron) ?$/);
});

test("what a PDF does not bring along comes from our own server", async () => {
  const ada = await adaAndBea();
  const asked = new Map<string, number>();
  ada.context.on("response", (answer) =>
    asked.set(new URL(answer.url()).pathname.replace(/.*\//, ""), answer.status()),
  );
  await look(ada, "foreign.pdf", pdf([["Fonts and colours"]], foreign));
  await pane(ada, "foreign.pdf").locator("[data-page='1'] canvas").waitFor();
  await pane(ada, "foreign.pdf").getByText("あい").waitFor();
  const parts = ["FoxitDingbats.pfb", "90ms-RKSJ-H.bcmap", "CGATS001Compat-v2-micro.icc", "qcms_bg.wasm"];
  for (const part of parts) expect([part, asked.get(part)]).toEqual([part, 200]);
});

test("of a PDF of hundreds of pages only those near the view are drawn", { timeout: 90_000 }, async () => {
  const ada = await adaAndBea();
  await look(ada, "long.pdf", pdf(Array.from({ length: 400 }, (_, nth) => [`Page number ${nth + 1}`])));
  const book = pane(ada, "long.pdf");
  await book.locator("[data-page='1'] canvas").waitFor();
  const number = book.getByRole("textbox", { name: "Page, of 400" });
  for (const page of [399, 200, 3]) {
    await number.fill(String(page));
    await ada.page.keyboard.press("Enter");
    await book.locator(`[data-page='${page}'] canvas`).waitFor();
    expect(await book.locator("canvas").count()).toBeLessThan(8);
  }
  await ada.page.keyboard.press("Control+f");
  await book.getByRole("textbox", { name: "Find in this PDF" }).fill("number 377");
  await book.getByText("1 of 1", { exact: true }).waitFor();
  await book.locator("[data-page='377'] canvas").waitFor();
});

test("what is damaged, cut off or locked says so, and its bytes can be looked at", async () => {
  const ada = await adaAndBea();
  const whole = png(200, 200);
  await look(ada, "cut.png", Buffer.concat([whole.subarray(0, 20), Buffer.alloc(30)]));
  const cut = pane(ada, "cut.png");
  await cut.getByText("This PNG picture is damaged or incomplete", { exact: false }).waitFor();
  await cut.getByRole("button", { name: "Show the bytes" }).click();
  await cut.getByText("89 50 4e 47 0d 0a 1a 0a").waitFor();
  await cut.getByRole("button", { name: "Hex" }).click();
  await cut.getByText("This PNG picture is damaged or incomplete", { exact: false }).waitFor();

  await look(ada, "cut.pdf", pdf(chapters).subarray(0, 60));
  await pane(ada, "cut.pdf").getByText("This PDF is damaged or incomplete", { exact: false }).waitFor();
  const keys = `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${"41".repeat(32)}> /U <${"42".repeat(32)}> >> /ID [<00> <00>]`;
  await look(ada, "locked.pdf", pdf(chapters, { trailer: keys }));
  await pane(ada, "locked.pdf").getByText("This PDF is protected by a password", { exact: false }).waitFor();
});

test("any other file is shown byte by byte: by keys, by the wheel, and from an offset", {
  timeout: 90_000,
}, async () => {
  const ada = await adaAndBea();
  const { page } = ada;
  const bytes = Buffer.alloc(12_000_000);
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32BE(at, at);
  await look(ada, "blob.bin", bytes);
  const blob = pane(ada, "blob.bin");
  await blob.getByText("00 00 00 00 00 00 00 04  00 00 00 08 00 00 00 0c").waitFor();
  const top = () => blob.locator("[data-offset]").first().getAttribute("data-offset");
  await blob.locator("[data-stage]").focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(top).toBe("00000010");
  await page.keyboard.press("End");
  await blob.getByText("00 b7 1a f0", { exact: false }).first().waitFor();
  await page.keyboard.press("Home");
  await expect.poll(top).toBe("00000000");
  const frame = (await blob.locator("[data-stage]").boundingBox())!;
  await page.mouse.move(frame.x + 100, frame.y + 100);
  await page.mouse.wheel(0, 100);
  await expect.poll(top).toBe("00000050");
  const go = blob.getByRole("textbox", { name: "Go to offset" });
  await go.fill("0x800004");
  await go.press("Enter");
  const row = blob.locator("[data-offset='00800000']");
  await expect.poll(() => row.locator("mark").textContent()).toBe("00");
  await go.fill("99999999999");
  await go.press("Enter");
  await blob.getByText("Behind the end").waitFor();
  expect(await blob.locator("[data-offset]").count()).toBeLessThan(100);
});

test("a text that is kept as a file is read in parts", async () => {
  const ada = await adaAndBea();
  const line = (nth: number) => `line ${nth} of a long log, with an é and a 🧵`;
  const text = Array.from({ length: 130_000 }, (_, nth) => line(nth)).join("\n");
  await look(ada, "long.log", Buffer.from(text));
  const log = pane(ada, "long.log");
  await log
    .getByText("It is too large to be edited together, so it is only to be read, in ", { exact: false })
    .waitFor();
  await log.getByText(line(0)).waitFor();
  const part = log.getByRole("textbox", { name: /^Part, of / });
  await log.locator("[data-stage]").focus();
  await ada.page.keyboard.press("Alt+PageDown");
  await expect.poll(() => part.inputValue()).toBe("2");
  await part.fill("999");
  await part.press("Enter");
  await log.getByText(line(129_999)).waitFor();
  expect(await log.getByRole("button", { name: "Next part" }).isDisabled()).toBe(true);
});

test("while it is looked at it gets other content, is deleted by somebody and brought back, and the room goes away", {
  timeout: 90_000,
}, async () => {
  const ada = await adaAndBea();
  const { page } = ada;
  const id = await look(ada, "photo.png", png(40, 20));
  const photo = pane(ada, "photo.png");
  await photo.getByText("40 × 20 pixels", { exact: false }).waitFor();
  await bea.change(id, png(60, 30));
  await photo.getByText("60 × 30 pixels", { exact: false }).waitFor();

  await bea.room.tree.delete(id);
  await page.getByRole("heading", { name: "Bea deleted this file." }).waitFor();
  await page.getByRole("button", { name: "Bring the file back" }).click();
  await photo.getByText("60 × 30 pixels", { exact: false }).waitFor();
  await expect.poll(() => bea.room.tree.view.get().some((node) => node.id === id)).toBe(true);

  await bea.put("later.png", png(20, 20));
  await ada.file("later.png").waitFor();
  wire().cut();
  await ada.file("later.png").click();
  await page.getByText("This file was not fetched here yet: it comes with the connection.").waitFor();
  await page.getByRole("tab", { name: "photo.png" }).click();
  await photo.getByRole("img", { name: "photo.png" }).waitFor();
  await wire().mend();
  await page.getByRole("tab", { name: "later.png" }).click();
  await pane(ada, "later.png").getByText("20 × 20 pixels", { exact: false }).waitFor({ timeout: 30_000 });
});

test("a viewer that cannot be loaded is asked for again", async () => {
  const ada = await adaAndBea();
  await ada.page.route(/ImageViewer/, (route) => route.abort());
  await look(ada, "photo.png", png(40, 20));
  const photo = pane(ada, "photo.png");
  await photo.getByText("What this needs could not be loaded from the server.").waitFor();
  await ada.page.unroute(/ImageViewer/);
  await photo.getByRole("button", { name: "Try again" }).click();
  await photo.getByText("40 × 20 pixels", { exact: false }).waitFor();
});

test("what reads PDFs is asked for again where it did not come", async () => {
  const ada = await adaAndBea();
  await ada.page.route("**/pdf.worker*", (route) => route.abort());
  await look(ada, "book.pdf", pdf(chapters));
  const book = pane(ada, "book.pdf");
  await book.getByText("What this needs could not be loaded from the server.").waitFor();
  await ada.page.unroute("**/pdf.worker*");
  await book.getByRole("button", { name: "Try again" }).click();
  await book.locator("[data-page='1']").getByText("Bridges of stone").waitFor();
});

test("a picture in two splits: the keyboard is in the new one, closing one leaves one in it, and each notice closes both", {
  timeout: 90_000,
}, async () => {
  const ada = await adaAndBea();
  const { page } = ada;
  const id = await look(ada, "photo.png", png(40, 20));
  const where = () => bea.room.view.get().people.find(({ name }) => name === "Ada")?.file;
  const stages = page.locator("[data-pane=Editor] [data-stage]");
  const tabs = page.locator("[data-pane=Editor]").getByRole("tab", { name: "photo.png" });
  await expect.poll(where).toBe(id);
  await page.keyboard.press("Control+\\");
  await expect.poll(() => stages.count()).toBe(2);
  await expect.poll(() => stages.nth(1).evaluate((stage) => stage === document.activeElement)).toBe(true);
  await tabs.nth(1).focus();
  await page.keyboard.press("Delete");
  await expect.poll(() => tabs.count()).toBe(1);
  await page.waitForTimeout(1_000); // whoever were said to have left would be by now
  expect(where()).toBe(id);

  await page.keyboard.press("Control+\\");
  await expect.poll(() => tabs.count()).toBe(2);
  await bea.room.tree.delete(id);
  await page.getByRole("button", { name: "Close the tab" }).nth(1).click();
  await expect.poll(() => tabs.count()).toBe(0);
});

test("a picture that was deleted stays one when the screen is turned", { timeout: 60_000 }, async () => {
  const ada = await adaAndBea();
  const { page } = ada;
  const id = await look(ada, "photo.png", png(40, 20));
  await pane(ada, "photo.png").locator("[data-stage]").waitFor();
  await bea.room.tree.delete(id);
  const said = page.getByText("What was in it stays on the server until its space is needed.", { exact: false });
  await said.waitFor();
  await page.setViewportSize({ width: 390, height: 800 });
  await page.getByRole("tab", { name: "Files", exact: true }).waitFor();
  await said.waitFor();
  await page.getByRole("button", { name: "Bring the file back" }).click();
  await page.getByText("40 × 20 pixels", { exact: false }).waitFor();
});

test("a file that is no text is offered nothing that is for texts, whatever its name says", async () => {
  const ada = await adaAndBea();
  const { page } = ada;
  await look(ada, "names.csv", Buffer.from("Name;Ort\nM\xfcller;K\xf6ln\n", "latin1"));
  await pane(ada, "names.csv").locator("[data-stage]").waitFor();
  expect(await page.getByRole("button", { name: "Show it as a table" }).count()).toBe(0);
});

test("others see who looks at a file, and whoever may only look brings nothing back", async () => {
  const ada = await adaAndBea();
  const vi = await person("Vi");
  await vi.join(await ada.copyLink("viewer"));
  const id = await bea.put("photo.png", png(40, 20));
  await vi.file("photo.png").click();
  await pane(vi, "photo.png").getByText("40 × 20 pixels", { exact: false }).waitFor();
  const where = () => bea.room.view.get().people.find(({ name }) => name === "Vi")?.file;
  await expect.poll(where).toBe(id);
  await bea.room.tree.delete(id);
  await vi.page.getByText("Anyone who may edit can bring it back.").waitFor();
  expect(await vi.page.getByRole("button", { name: "Bring the file back" }).count()).toBe(0);
});

test.each([
  ["light", 1280],
  ["dark", 390],
] as const)(
  "every viewer, %s, %i px wide, has no serious fault and never scrolls sideways",
  { timeout: 120_000 },
  async (colorScheme, width) => {
    const ada = await adaAndBea();
    const { page } = ada;
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const files = {
      "photo.png": png(800, 500),
      "tone.wav": wav(1),
      "book.pdf": pdf(chapters, { uri: "https://elsewhere.example/" }),
      "blob.bin": Buffer.from(Array.from({ length: 5000 }, (_, nth) => (nth * nth) % 256)),
      "long.log": Buffer.from("a line\n".repeat(60_000)),
    };
    await page.setViewportSize({ width, height: 800 });
    for (const [name, bytes] of Object.entries(files)) {
      await bea.put(name, bytes);
      if (width < 720) await page.getByRole("tab", { name: "Files", exact: true }).click();
      await ada.file(name).click();
      await pane(ada, name).locator("[data-stage]").waitFor();
      if (name === "book.pdf") await pane(ada, name).locator("[data-page='1'] a").waitFor();
      expect(await faults(page), name).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBe(0);
    }
  },
);
