/** Finds a query in the labels of the palette: without case and accents, each word of the query anywhere in the label. */

interface TextPart {
  readonly text: string;
  readonly isMatch: boolean;
}

const foldCharacter = (character: string): string =>
  character
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();

const fold = (text: string): string => [...text].map(foldCharacter).join("");

const listWords = (query: string): string[] => fold(query).split(/\s+/).filter(Boolean);

/** Whether every word of the query is in the label. An empty query is in all. */
export function matchesQuery(label: string, query: string): boolean {
  const folded = fold(label);
  return listWords(query).every((word) => folded.includes(word));
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Splits a label into the parts that a query matches and the others. */
export function markMatches(label: string, query: string): TextPart[] {
  // With its accents, a letter is one character.
  const characters = [...graphemes.segment(label)].map(({ segment }) => segment);
  // A character can become several, such as ﬁ, or none: each position of the folded text knows its character.
  const folded: string[] = [];
  const origins: number[] = [];
  for (const [index, character] of characters.entries())
    for (const unit of foldCharacter(character)) {
      folded.push(unit);
      origins.push(index);
    }
  const marked = new Set<number>();
  for (const word of listWords(query)) {
    const units = [...word];
    for (let start = 0; start + units.length <= folded.length; start++)
      if (units.every((unit, offset) => folded[start + offset] === unit))
        for (let offset = 0; offset < units.length; offset++) marked.add(origins[start + offset] ?? -1);
  }
  const parts: { text: string; isMatch: boolean }[] = [];
  for (const [index, character] of characters.entries()) {
    const isMatch = marked.has(index);
    const last = parts.at(-1);
    if (last?.isMatch === isMatch) last.text += character;
    else parts.push({ text: character, isMatch });
  }
  return parts;
}

/** Whether a text is worth a search: two letters, or one of a script in which a letter is a word. */
export const isSearchable = (text: string): boolean =>
  [...text.trim()].length >= 2 || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(text);
