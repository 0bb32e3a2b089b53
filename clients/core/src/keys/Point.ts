/** Curve P-256 (FIPS 186-5), as far as a parser needs it: whether 65 bytes name a point of it. */
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

export const POINT_BYTES = 65;

/** Whether the bytes are `04 ‖ X ‖ Y` with X, Y below p and Y² = X³ - 3X + b. */
export function isPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== POINT_BYTES || bytes[0] !== 4) return false;
  const x = integer(bytes, 1);
  const y = integer(bytes, 33);
  return x < P && y < P && (y * y - (x * x - 3n) * x - B) % P === 0n;
}

function integer(bytes: Uint8Array, at: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 32);
  let value = 0n;
  for (let i = 0; i < 32; i += 8) value = (value << 64n) | view.getBigUint64(i);
  return value;
}
