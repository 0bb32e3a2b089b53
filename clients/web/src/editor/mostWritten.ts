/** UTF-16 units of a text that is written in; a longer one is only read, in parts. A file's whole state must fit one snapshot. */
export const mostWritten = 5_000_000;
