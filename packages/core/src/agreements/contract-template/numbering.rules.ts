import type { Language } from "../../kernel/language.ts";

/** Pure rules: clauses are numbered 1., 1.1, (a). */

export const MAX_LEVEL = 3;

/** Arabic letters in the order that lists use (abjad). */
const ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ";
const LATIN = "abcdefghijklmnopqrstuvwxyz";

/** Returns `a` to `z`, then `aa`. */
function toLetters(count: number, alphabet: string): string {
  const all = [...alphabet];
  let [remaining, letters] = [count, ""];
  while (remaining > 0) {
    letters = (all[(remaining - 1) % all.length] ?? "") + letters;
    remaining = Math.floor((remaining - 1) / all.length);
  }
  return letters;
}

interface ClauseNumber {
  /** Printed before the clause: `1.`, `1.1`, `(a)`. */
  readonly number: string;
  /** Used by references to the clause: `1`, `1.1`, `1.1(a)`. */
  readonly reference: string;
}

/** Returns the numbers of clauses from their levels (1 to 3), in the digits of the language. The first clause must have level 1. */
export function numberClauses(levels: readonly number[], language: Language | string): ClauseNumber[] {
  const digits = new Intl.NumberFormat(language, { useGrouping: false });
  const alphabet = language.startsWith("ar") ? ABJAD : LATIN;
  const counts = [0, 0, 0];
  return levels.map((level) => {
    counts[level - 1] = (counts[level - 1] ?? 0) + 1;
    counts.fill(0, level);
    const [first = 0, second = 0, third = 0] = counts;
    const numberText = [first, ...(second > 0 ? [second] : [])].map((count) => digits.format(count)).join(".");
    if (level === 1) return { number: `${numberText}.`, reference: numberText };
    if (level === 2) return { number: numberText, reference: numberText };
    const letter = `(${toLetters(third, alphabet)})`;
    return { number: letter, reference: `${numberText}${letter}` };
  });
}
