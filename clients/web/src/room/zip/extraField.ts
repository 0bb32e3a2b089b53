/** What one of an entry's extra fields holds. */
export function extraField(extra: Uint8Array, wanted: number): Uint8Array | undefined {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let at = 0; at + 4 <= extra.length; ) {
    const [id, size] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (id === wanted && at + 4 + size <= extra.length) return extra.subarray(at + 4, at + 4 + size);
    at += 4 + size;
  }
  return undefined;
}
