import * as encoding from "lib0/encoding";
import { Random } from "./random.mjs";
import { tag } from "./values.mjs";

const values = [
  null,
  undefined,
  true,
  false,
  0,
  -0,
  1,
  -1,
  63,
  64,
  -64,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 53 - 1,
  0.1,
  -1.25,
  16777217.5,
  5e-324,
  1e21,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0n,
  -1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  "",
  "é中文字😀",
  "\ud83d",
  new Uint8Array([0, 255]),
  [],
  [1, [null, "x"]],
  {},
  { b: 1, 10: 2, 9: [3], "": null },
];

function bytesOf(write) {
  const encoder = encoding.createEncoder();
  write(encoder);
  return Buffer.from(encoding.toUint8Array(encoder)).toString("base64");
}

function runs(random, make) {
  const list = [];
  while (list.length < 30) {
    const value = make();
    for (let n = 1 + random.below(4); n > 0; n--) list.push(value);
  }
  return list;
}

function coded(encoder, list) {
  for (const value of list) encoder.write(value);
  return Buffer.from("toUint8Array" in encoder ? encoder.toUint8Array() : encoding.toUint8Array(encoder)).toString(
    "base64",
  );
}

/** What lib0 makes of values: {fn, v, b}, a codec's name, a value in tagged form and its bytes. */
export function codec(seed) {
  const random = new Random(seed);
  const vectors = values.map((value) => ({ fn: "any", v: tag(value), b: bytesOf((e) => encoding.writeAny(e, value)) }));
  for (let bits = 0; bits <= 53; bits++)
    for (const number of [2 ** bits - 1, Math.floor(random.next() * 2 ** bits)]) {
      vectors.push({ fn: "varUint", v: number, b: bytesOf((e) => encoding.writeVarUint(e, number)) });
      vectors.push({ fn: "varInt", v: tag(-number), b: bytesOf((e) => encoding.writeVarInt(e, -number)) });
    }
  for (let n = 0; n < 10; n++) {
    const numbers = runs(random, () => random.below(5000));
    const small = runs(random, () => random.below(256));
    const texts = runs(random, () => random.pick(["", "a", "é中", "😀b"]));
    vectors.push({ fn: "UintOptRleEncoder", v: numbers, b: coded(new encoding.UintOptRleEncoder(), numbers) });
    vectors.push({ fn: "IntDiffOptRleEncoder", v: numbers, b: coded(new encoding.IntDiffOptRleEncoder(), numbers) });
    vectors.push({ fn: "RleEncoder(uint8)", v: small, b: coded(new encoding.RleEncoder(encoding.writeUint8), small) });
    vectors.push({ fn: "StringEncoder", v: texts, b: coded(new encoding.StringEncoder(), texts) });
  }
  return vectors;
}
