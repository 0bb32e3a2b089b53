/** What the bytes of a ZIP mean (PKWARE APPNOTE 6.3), for who writes and who reads one. All numbers are little-endian. */
export const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  end64Locator: 0x07064b50,
} as const;

/** The bytes of each record before what varies in length. */
export const fixed = { local: 30, central: 46, end: 22, end64: 56, end64Locator: 20 } as const;

export const methods = { stored: 0, deflated: 8 } as const;

/** General purpose bits. */
export const flags = { encrypted: 1, patched: 1 << 5, strong: 1 << 6, utf8: 1 << 11, masked: 1 << 13 } as const;

/** The upper half of the external attributes: a mode as Unix has it. */
export const modes = { type: 0o170000, file: 0o100000, folder: 0o040000, link: 0o120000, pipe: 0o010000 } as const;

/** A value that says: it stands in a ZIP64 field, and the id of that among an entry's extra fields. */
export const in64 = { disk: 0xffff, count: 0xffff, number: 0xffffffff, field: 0x0001 } as const;
