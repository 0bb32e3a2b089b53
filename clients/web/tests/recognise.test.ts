import { expect, test } from "vitest";
import { recognise } from "../src/landing/recognise.ts";

const id = "0123456789abcdefghjkmnpqrs";

test.each([
  [`https://code.example/base/r/${id}#1.secret.0.hash`, { id, fragment: "1.secret.0.hash" }],
  [`  ${id.toUpperCase()} `, { id, fragment: "" }],
  [`https://code.example/base/r/${id}`, { id, fragment: "" }],
  [`https://other.example/r/${id}#x`, { elsewhere: `https://other.example/r/${id}#x` }],
  [`https://code.example/r/${id}`, { elsewhere: `https://code.example/r/${id}` }],
  ["javascript:alert(1)//r/x", undefined],
  ["hello", undefined],
  ["", undefined],
])("%s", (text, expected) => {
  expect(recognise(text, "https://code.example/base")).toEqual(expected);
});
