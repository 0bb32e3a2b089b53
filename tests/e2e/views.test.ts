import { join } from "node:path";
import { expect, test } from "vitest";
import { disk } from "./support/disk.ts";
import { faults } from "./support/faults.ts";
import type { Person } from "./support/Person.ts";
import { png } from "./support/samples.ts";
import { stage } from "./support/stage.ts";

const { permanentRoom, person, wire } = stage(() => [], { keeps: false });
const { folder, drop } = disk();

async function paste(one: Person, text: string): Promise<void> {
  await one.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await one.page.locator(".monaco-editor .view-lines").first().click();
  await one.page.keyboard.press("Control+v");
}

const evil = `
<script>document.title = "script"</script>
<img src=x onerror="document.title = 'error'">
<img src="https://elsewhere.example/spy.png" alt="a spy">

![another](https://elsewhere.example/other.png)

<iframe src="https://elsewhere.example/"></iframe>
<svg><script>document.title = "svg"</script></svg>
<a href="javascript:document.title = 'link'" class="mantine-Button" id="root">press</a>
<form action="https://elsewhere.example/"><input name="a"></form>
<style>body { display: none }</style>
<p style="position: fixed">styled</p>
`;

test("Markdown reads beside its text, live, and goes along as the text is scrolled; what is in it can do no harm", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  const { page } = ada;
  await ada.newFile("other.md");
  await ada.newFile("doc.md");
  await paste(
    ada,
    `# Title\n\nSee [the other](other.md) and [below](#far-down).\n\n\`\`\`ts\nconst one = 1;\n\`\`\`\n${evil}\n- [x] done\n`,
  );
  await page.getByRole("textbox", { name: "Message" }).click();
  await page.keyboard.press("Control+Shift+V"); // there it pastes
  await page.locator(".monaco-editor .view-lines").first().click();
  expect(await page.getByRole("tab", { name: "Preview of doc.md" }).count()).toBe(0);
  await page.getByRole("button", { name: "Show the preview" }).click();
  const preview = page.getByRole("article", { name: "Preview of doc.md" });
  await preview.getByRole("heading", { name: "Title" }).waitFor();
  await page.locator("[data-pane=Editor]").getByRole("tab", { name: "Preview of doc.md" }).waitFor();
  expect(await page.locator("[data-pane=Editor] .dv-groupview").count()).toBe(2);
  await preview.getByRole("link", { name: "Picture: a spy" }).waitFor();
  await preview.getByRole("link", { name: "Picture: another" }).waitFor();
  await preview.locator("code span").first().waitFor(); // in colours
  expect(
    await preview.locator("script, img, iframe, svg, form, style, [style], [onerror], #root, .mantine-Button").count(),
  ).toBe(0);
  expect(await preview.getByText("press").getAttribute("href")).toBe(null);
  expect(await preview.getByRole("checkbox").isDisabled()).toBe(true);
  expect(await page.title()).not.toMatch(/script|error|svg|link/);

  await expect.poll(() => ada.atEditor()).toBe(true); // one goes on typing
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\nmine");
  await preview.getByText("mine").waitFor();
  await bob.file("doc.md").click();
  await expect.poll(() => bob.cursorNames()).toContain("Ada");
  await bob.typeAtEnd(" and theirs");
  await preview.getByText("mine and theirs").waitFor();

  await paste(ada, `${"\n\nparagraph".repeat(120)}\n\n## Far down\n\nend${"\n\nmore".repeat(60)}\n`);
  await page.keyboard.press("Control+Home");
  await expect.poll(() => preview.evaluate((at) => at.scrollTop)).toBe(0);
  await page.keyboard.press("Control+End");
  await expect.poll(() => preview.evaluate((at) => at.scrollTop)).toBeGreaterThan(1_000);
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press("Control+Home");
  await expect.poll(() => preview.evaluate((at) => at.scrollTop)).toBe(0);
  await preview.getByRole("link", { name: "below" }).click();
  await expect.poll(() => preview.evaluate((at) => at.scrollTop)).toBeGreaterThan(1_000);
  await preview.evaluate((at) => at.scrollTo(0, 0));
  await preview.getByRole("link", { name: "the other" }).click();
  await page.locator("[data-pane=Editor]").getByRole("tab", { name: "other.md", selected: true }).waitFor();
});

test("a text of commas is a table to look at and sort, of which only what is in view is drawn, live", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await ada.newFile("data.csv");
  await paste(
    ada,
    `name,size\n${Array.from({ length: 20_000 }, (_, nth) => `row ${nth},${(nth * 7919) % 20_011}`).join("\n")}`,
  );
  await page.keyboard.press("Control+Shift+V");
  const table = page.getByRole("table");
  await table.getByRole("cell", { name: "row 0", exact: true }).waitFor();
  await page.getByText("20,000 rows").waitFor();
  expect(await table.getByRole("row").count()).toBeLessThan(120);
  await table.getByRole("button", { name: "size" }).click();
  await table.getByRole("columnheader", { name: "size" }).and(page.locator("[aria-sort=ascending]")).waitFor();
  const first = () => table.locator("tbody tr").first().getByRole("cell").last().innerText();
  await expect.poll(first).toBe("0");
  await table.getByRole("button", { name: "size" }).click();
  await expect.poll(first).toBe("20010");
  await table.getByRole("button", { name: "size" }).click();
  await page.locator("section[aria-label='Table of data.csv']").evaluate((at) => at.scrollTo(0, at.scrollHeight));
  await table.getByRole("cell", { name: "row 19999", exact: true }).waitFor();
  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\nthe last,1");
  await page.getByText("20,001 rows").waitFor();
  await paste(ada, '\n"of two\nlines",2');
  await page.getByText("20,002 rows").waitFor();
  await page.locator("section[aria-label='Table of data.csv']").evaluate((at) => at.scrollTo(0, at.scrollHeight));
  await table.getByRole("cell", { name: "of two ↵ lines", exact: true }).waitFor();
  expect(await faults(page)).toEqual([]);
});

test("an SVG shows as its picture beside its text, live, says where it is broken, and does nothing but show", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  const { page } = ada;
  const asked: string[] = [];
  ada.context.on("request", (request) => asked.push(request.url()));
  await ada.newFile("logo.svg");
  await paste(
    ada,
    `<?xml version="1.0"?>
<!DOCTYPE svg SYSTEM "${wire().url}/stolen.dtd" [<!ENTITY % more SYSTEM "${wire().url}/stolen.ent"> %more;]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="60" onload="parent.ran = 1">
<script>top.ran = 1; fetch("${wire().url}/stolen")</script>
<style>@import url("${wire().url}/stolen.css");</style>
<image xlink:href="${wire().url}/stolen.png" width="10" height="10"/>
<foreignObject width="20" height="20"><img xmlns="http://www.w3.org/1999/xhtml" src="${wire().url}/stolen.gif" onerror="top.ran = 1"/></foreignObject>
<rect width="90" height="60" fill="teal"/></svg>`,
  );
  await page.keyboard.press("Control+Shift+V");
  const picture = page.getByRole("tabpanel", { name: "Picture of logo.svg" });
  const image = picture.getByRole("img", { name: "logo.svg" });
  await picture.getByText("SVG · 90 × 60 pixels · ").waitFor();
  await picture.getByRole("button", { name: "Actual size; now 100 %" }).waitFor();
  await expect.poll(() => ada.atEditor()).toBe(true); // one goes on typing
  await page.keyboard.press("Control+Shift+V");
  await expect.poll(() => ada.atEditor()).toBe(false); // and by the same keys one goes there
  await page.keyboard.press("+");
  await expect.poll(async () => (await image.boundingBox())!.width).toBeCloseTo(112.5);
  expect(await faults(page)).toEqual([]);

  await bob.file("logo.svg").click();
  await bob.typeAtEnd("<oops>");
  await picture.getByRole("alert").filter({ hasText: "This SVG is broken in line 8" }).waitFor();
  expect((await image.boundingBox())!.width).toBeCloseTo(112.5); // the one before
  await bob.page.keyboard.press("Control+z");
  await expect.poll(() => picture.getByRole("alert").count()).toBe(0);
  await paste(bob, "");
  await bob.page.keyboard.press("Control+a");
  await bob.page.keyboard.press("Delete");
  await picture.getByText("There is nothing in it yet.").waitFor();
  await paste(bob, '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><circle r="9"/></svg>');
  await picture.getByText("SVG · 40 × 30 pixels · ").waitFor();
  await expect.poll(async () => (await image.boundingBox())!.width).toBeCloseTo(40);
  expect(await page.evaluate(() => "ran" in window)).toBe(false);
  expect(asked.filter((url) => url.includes("stolen"))).toEqual([]);
});

test("a preview and a table that the network lost are tried again in their place", async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const base = await folder({ "read.md": "# The bridge\n", "data.csv": "name,size\nbridge,1\n" });
  await drop(ada, [join(base, "read.md"), join(base, "data.csv")], "[role=tree]");
  await page.route("**/views.worker-*", (route) => route.abort());
  await ada.file("read.md").click();
  await page.getByRole("button", { name: "Show the preview" }).click();
  const lost = page.getByText("What this needs could not be loaded from the server.");
  await lost.waitFor();
  await page.unroute("**/views.worker-*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("article", { name: "Preview of read.md" }).getByText("The bridge").waitFor();
  expect(await lost.count()).toBe(0);

  await page.route("**/assets/table-*", (route) => route.abort());
  await ada.file("data.csv").click();
  await expect.poll(() => ada.atEditor()).toBe(true);
  await page.keyboard.press("Control+Shift+V");
  await lost.waitFor();
  await page.unroute("**/assets/table-*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("cell", { name: "bridge" }).waitFor();
});

test("a picture of the room shows in a Markdown text, as it is now, and a link to it goes there", async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const base = await folder({
    "logo.png": png(40, 20),
    "read.md": "![The logo](./logo.png)\n\n![None](none.png)\n\nSee [our logo](logo.png).\n",
  });
  await drop(ada, [join(base, "logo.png"), join(base, "read.md")], "[role=tree]");
  await ada.file("read.md").click();
  await page.getByRole("button", { name: "Show the preview" }).click();
  const preview = page.getByRole("article", { name: "Preview of read.md" });
  const widthOf = () =>
    preview.getByRole("img", { name: "The logo" }).evaluate((one: HTMLImageElement) => one.naturalWidth);
  await expect.poll(widthOf).toBe(40);
  await preview.getByRole("link", { name: "Picture: None" }).waitFor();
  const other = await folder({ "logo.png": png(60, 30) });
  await drop(ada, [join(other, "logo.png")], "[role=tree]");
  await page.getByRole("radio", { name: "Put what is new into the files that are there" }).check();
  await page.getByRole("button", { name: "Bring in", exact: true }).last().click();
  await expect.poll(widthOf).toBe(60);
  await ada.deleteFile("logo.png");
  await preview.getByRole("link", { name: "Picture: The logo" }).waitFor();
  await ada.page.getByRole("button", { name: "Undo" }).last().click();
  await expect.poll(widthOf).toBe(60);
  await preview.getByRole("link", { name: "our logo" }).click();
  await page.getByRole("tabpanel", { name: "logo.png", exact: true }).getByText("60 × 30 pixels").waitFor();
});
