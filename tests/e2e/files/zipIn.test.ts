import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { zipOf } from "../../../clients/web/tests/zip/handmade.ts";
import { others } from "../../../clients/web/tests/zip/others.ts";
import { disk, noise } from "../support/disk.ts";
import { stage } from "../support/stage.ts";

const { permanentRoom } = stage(() => ["--file-bytes-per-room", "5000000"]);
const { folder, drop } = disk();

test("a ZIP of ZIP64 records comes in, a bomb is refused by its names and sizes, and what the room has no space for is told before", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const [fz] = Object.values(others);
  const zeros = deflateRawSync(Buffer.alloc(14_000_000));
  const text = Buffer.concat([Buffer.from("line\n".repeat(2_700_000)), noise(200_000, 1)]);
  const long = { data: text, packed: deflateRawSync(text) };
  const base = await folder({
    "fz.zip": Buffer.from(fz!.zip, "base64"),
    "bomb.zip": zipOf(
      Array.from({ length: 80 }, (_, nth) => ({ name: `zeros${nth}`, packed: zeros, size: 14_000_000, crc: 0 })),
    ),
    "full.zip": zipOf(Array.from({ length: 16 }, (_, nth) => ({ name: `f${nth}.txt`, ...long }))),
  });
  await drop(ada, [join(base, "fz.zip")], "[role=tree]");
  await ada.file("a.txt").click();
  await expect.poll(() => ada.text()).toBe("hello\n");

  await drop(ada, [join(base, "bomb.zip")], "[role=tree]");
  await page
    .getByText(
      /^This ZIP of 1\.\d MB would become 1\.1 GB, 1,0\d\d times as much, as those do that are made to harm: zeros0 \(14\.0 MB\), zeros1 \(14\.0 MB\), zeros2 \(14\.0 MB\) and 77 more\. It is not read\./,
    )
    .waitFor();
  expect(await page.getByRole("dialog").count()).toBe(0);

  await drop(ada, [join(base, "full.zip")], "[role=tree]");
  const asks = page.getByRole("dialog", { name: "Bring in files" });
  await asks.getByText("14 files, 191.8 MB.").waitFor();
  await asks
    .getByRole("listitem")
    .filter({ hasText: "f14.txt and 1 more 27.4 MB, and all texts that come at once may have 200.0 MB" })
    .waitFor();
  await asks.getByRole("button", { name: "Cancel" }).click();
});
