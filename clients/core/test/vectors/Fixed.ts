import {
  accessOf,
  argon2id,
  CommandKey,
  EventKey,
  epochKeyHash,
  hash,
  idOf,
  importEpochKey,
  importSealingKey,
  isName,
  isNodeName,
  kdf,
  Limits,
  linkText,
  paddedLength,
  passwordBytes,
  type RoomId,
  runIdOf,
  seal,
  sealPrevious,
  sealTitle,
  shownNames,
  toHex,
  utf8,
  viewSecret,
} from "../../src/protocol.ts";
import { sealedBlob } from "./Blobs.ts";
import { must } from "./Case.ts";

/** Vector files that come out the same each time: their inputs are fixed and their functions deterministic. */
export const fixed: Readonly<Record<string, () => object[] | Promise<object[]>>> = {
  "hash.json": () =>
    (["room", "chain", "epoch-key"] as const).map((label, i) => {
      const data = counting(40 * i);
      return {
        name: `K1 H("${label}") of ${data.length} bytes`,
        label,
        data: toHex(data),
        hash: toHex(hash(label, data)),
      };
    }),
  "kdf.json": () =>
    [32, 16, 80].map((length, i) => {
      const [ikm, salt, context] = [counting(32), counting(16, 100), counting(33 * i, 7)];
      const key = toHex(kdf(ikm, salt, "rec", context, length));
      const inputs = { ikm: toHex(ikm), salt: toHex(salt), label: "rec", context: toHex(context), length };
      return { name: `K1 ${length} bytes from ${context.length} of context`, ...inputs, key };
    }),
  "run-keys.json": async () => {
    const cases: object[] = [];
    for (const index of [0, 70_000]) {
      const [roomId, sealed] = [idOf<RoomId>(counting(16, 5)), counting(200, 9)];
      const [runKey, handKey, challenge, event] = [counting(32), counting(32, 1), counting(32, 2), counting(40, 3)];
      const [run, command] = [runIdOf(roomId, sealed), Uint8Array.of(1, 104, 105)];
      const inputs = { roomId, sealed: toHex(sealed), runKey: toHex(runKey), handKey: toHex(handKey) };
      cases.push({
        name: `X4 X5 event and command ${index}`,
        ...inputs,
        challenge: toHex(challenge),
        index,
        event: toHex(event),
        command: toHex(command),
        run,
        access: toHex(accessOf(runKey, run)),
        sealedEvent: toHex(await (await EventKey.of(runKey, run)).seal(index, event)),
        sealedCommand: toHex(await (await CommandKey.of(handKey, challenge, run)).seal(index, command)),
      });
    }
    return cases;
  },
  "argon2id.json": async () => {
    const cases: object[] = [];
    for (const password of ["correct horse", "Å pass\u0301"]) {
      const salt = counting(16, 50);
      const key = toHex(await argon2id(must(passwordBytes(password)), salt));
      cases.push({ name: `K3 of "${password}" after NFC`, password, salt: toHex(salt), key });
    }
    return cases;
  },
  "seal.json": async () => {
    const cases: object[] = [];
    for (const length of [0, 64, 1000]) {
      const [key, nonce, aad, plain] = [counting(32), counting(12, 9), counting(90, 3), counting(length, 77)];
      const sealed = toHex(await seal(await importSealingKey(key), nonce, aad, plain));
      const inputs = { key: toHex(key), nonce: toHex(nonce), aad: toHex(aad), plaintext: toHex(plain) };
      cases.push({ name: `${length} bytes sealed`, ...inputs, sealed });
    }
    return cases;
  },
  "secrets.json": () => {
    const [roomId, secretEdit] = [idOf<RoomId>(counting(16, 1)), counting(32, 2)];
    const secretView = toHex(viewSecret(secretEdit, roomId));
    return [
      { name: "K5 the view secret comes from the edit secret", roomId, secretEdit: toHex(secretEdit), secretView },
    ];
  },
  "links.json": () =>
    [
      { server: "https://code.example", hostKey: "", addresses: "" },
      { server: "http://localhost:5000/base/r/x", hostKey: "abc-_9", addresses: "192.168.0.7:4000,[::1]:9" },
    ].map((each, i) => {
      const roomId = idOf<RoomId>(counting(16, 200 + i));
      const link = {
        ...each,
        roomId,
        door: 255 * i,
        secret: counting(32, i),
        version: 4294967295 * i,
        hash: counting(8, i),
      };
      const { hostKey, addresses } = each;
      const shown = { server: each.server, roomId, door: link.door, secret: toHex(link.secret), version: link.version };
      const text = linkText(link);
      return { name: `K8 a link to ${each.server}`, ...shown, hash: toHex(link.hash), hostKey, addresses, text };
    }),
  "epochs.json": async () => {
    const [roomId, epochKey, prevKey] = [idOf<RoomId>(counting(16, 5)), counting(32, 6), counting(32, 60)];
    const [nonce, titleNonce] = [counting(12, 8), counting(12, 80)];
    const epoch = await importEpochKey(roomId, 3, epochKey);
    const inputs = {
      roomId,
      epoch: 3,
      version: 9,
      epochKey: toHex(epochKey),
      prevKey: toHex(prevKey),
      nonce: toHex(nonce),
    };
    const title = "Grüße 🌻";
    return [
      {
        name: "M4 an epoch's key seals the one before and the room's name",
        ...inputs,
        title,
        titleNonce: toHex(titleNonce),
        epochKeyHash: toHex(epochKeyHash(epochKey)),
        prevEpochKey: toHex(await sealPrevious(epoch, prevKey, nonce)),
        titleSealed: toHex(await sealTitle(epoch, 9, title, titleNonce)),
      },
    ];
  },
  "padding.json": () =>
    [0, 59, 60, 61, 124, 125, 4091, 4092, 4093, 5000, 65_535, 65_536, 100_000, 131_071, 131_072].map((length) => ({
      name: `R2 ${length} bytes`,
      length,
      padded: paddedLength(4 + length),
    })),
  "blobs.json": () =>
    Promise.all(
      [0, 63, 4_097, 131_072, 262_144, 300_001].map(async (size) => {
        const [roomId, key] = [idOf<RoomId>(counting(16, 1)), counting(32, 5)];
        const inputs = { name: `B1 B2 a blob of ${size} bytes`, roomId, key: toHex(key), size };
        return { ...inputs, ...(await sealedBlob(roomId, key, size)) };
      }),
    ),
  "names.json": () =>
    [
      ["a.txt", "A.txt", "b", "a.txt", "B"],
      [".env", ".env", "x.tar.gz", "x.tar.gz", "dot.", "dot."],
      ["a.txt", "a (2).txt", "a.txt"],
      ["\u00e9", "e\u0301", "\u00c9"],
    ].map((siblings) => ({ name: `T6 ${siblings.join(" ")}`, siblings, shown: shownNames(siblings) })),
  "name-rules.json": () =>
    [
      "a",
      "",
      ".",
      "..",
      "...",
      "a/b",
      "a\\b",
      "tab\t",
      "del\u007f",
      "c1\u0085",
      "x".repeat(200),
      "é".repeat(101),
      "CON",
      ...HIDDEN.map((hidden) => `a${hidden}b`),
      ...BESIDE_HIDDEN.map((neighbour) => `a${neighbour}b`),
      ...BLANK,
      BLANK.join(""),
    ].map((text) => ({
      name: `T9 ${JSON.stringify(text.slice(0, 12))} of ${utf8(text).length} bytes`,
      text,
      valid: isName(text),
      node: isNodeName(text),
    })),
  "limits.json": () => Object.entries(Limits).map(([limit, value]) => ({ name: `L1 ${limit}`, limit, value })),
};

/** T9: each alone makes a name void; the code points around them do not. */
export const HIDDEN = characters([
  ...[0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
  ...[0x00ad, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180e, 0x200b, 0x2060, 0x2064, 0x206a, 0x206f, 0x3164, 0xfeff, 0xffa0],
  ...[0xfff0, 0xfff9, 0xfffb, 0x2028, 0x2029],
]);
export const BESIDE_HIDDEN = characters([
  ...[0x061b, 0x061d, 0x200d, 0x2010, 0x2027, 0x202f, 0x205f, 0x2070, 0x00ac, 0x00ae, 0x115e, 0x1161, 0x17b3, 0x17b6],
  ...[0x180d, 0x180f, 0x200a, 0x200c, 0x3163, 0x3165, 0xfe0f, 0xffa1, 0xfffc, 0xfffd, 0xe0001, 0xe0fff],
]);
/** T9: what shows nothing by itself. */
export const BLANK = characters([
  ...[0x20, 0xa0, 0x034f, 0x1680, 0x180b, 0x180f, 0x2000, 0x200a, 0x200c, 0x200d, 0x202f, 0x205f, 0x2800, 0x3000],
  ...[0xfe00, 0xfe0f, 0xe0000, 0xe0020, 0xe0fff],
]);

function characters(codePoints: readonly number[]): string[] {
  return codePoints.map((codePoint) => String.fromCodePoint(codePoint));
}

/** `length` bytes that count up from `first`. */
export function counting(length: number, first = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (first + i) & 255);
}
