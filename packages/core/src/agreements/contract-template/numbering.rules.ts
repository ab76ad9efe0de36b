import type { Language } from "../../kernel/language.ts";

/** How the clauses of a contract are numbered: 1., 1.1, (a). Pure. */

export const MAX_LEVEL = 3;

/** Alef to ya, as lists are lettered in Arabic. */
const ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ";
const LATIN = "abcdefghijklmnopqrstuvwxyz";

/** `a` to `z`, then `aa`. */
function toLetters(count: number, alphabet: string): string {
  const all = [...alphabet];
  let [left, said] = [count, ""];
  while (left > 0) {
    said = (all[(left - 1) % all.length] ?? "") + said;
    left = Math.floor((left - 1) / all.length);
  }
  return said;
}

export interface ClauseNumber {
  /** As it stands before the clause: `1.`, `1.1`, `(a)`. */
  readonly number: string;
  /** As other clauses call it: `1`, `1.1`, `1.1(a)`. */
  readonly reference: string;
}

/** The numbers of clauses by their levels, from 1 on, in the digits of a language. The first clause is of level 1. */
export function numberClauses(levels: readonly number[], language: Language | string): ClauseNumber[] {
  const digits = new Intl.NumberFormat(language, { useGrouping: false });
  const alphabet = language.startsWith("ar") ? ABJAD : LATIN;
  const counts = [0, 0, 0];
  return levels.map((level) => {
    counts[level - 1] = (counts[level - 1] ?? 0) + 1;
    counts.fill(0, level);
    const [first = 0, second = 0, third = 0] = counts;
    const whole = [first, ...(second > 0 ? [second] : [])].map((each) => digits.format(each)).join(".");
    if (level === 1) return { number: `${whole}.`, reference: whole };
    if (level === 2) return { number: whole, reference: whole };
    const letter = `(${toLetters(third, alphabet)})`;
    return { number: letter, reference: `${whole}${letter}` };
  });
}
