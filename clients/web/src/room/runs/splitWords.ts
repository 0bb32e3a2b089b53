/** A line as a shell would read it: words apart by spaces, but within quotation marks or behind a backslash. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let mark = "";
  for (let at = 0; at < line.length; at++) {
    const letter = line[at]!;
    if (mark === "'") {
      if (letter === "'") mark = "";
      else word += letter;
    } else if (letter === "\\" && at + 1 < line.length) {
      word = (word ?? "") + line[++at]!;
    } else if (mark === '"') {
      if (letter === '"') mark = "";
      else word += letter;
    } else if (letter === "'" || letter === '"') {
      mark = letter;
      word ??= "";
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + letter;
    }
  }
  return word === undefined ? words : [...words, word];
}
