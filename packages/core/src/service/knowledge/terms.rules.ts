import { fold } from "../../kernel/text.ts";
import { isStopWord } from "./stop-words.ts";

/**
 * Extracts search terms from texts. Words are cut to their first letters, so that `invoice` finds `invoices`. In scripts without spaces, each pair
 * of adjacent letters is a term. Terms consist only of letters and digits, because they are used in keys. Pure.
 */

/** Number of letters to which a word is cut, and to which a word with digits is cut, for example a model number. */
const [STEM_LENGTH, NUMBER_LENGTH] = [6, 12];
const UNSPACED_SCRIPTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]+/gu;

/** A term, and the word of the text that it comes from. */
interface Term {
  term: string;
  word: string;
}

/** Extracts all terms of a text, in order and with repetitions. Folding decomposes Hangul syllables; NFC composes them again. */
export function extractTerms(text: string): Term[] {
  const runs =
    fold(text.replaceAll(/\p{Cs}/gu, " "))
      .normalize("NFC")
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return runs.flatMap((run) => {
    const unspaced = run.match(UNSPACED_SCRIPTS) ?? [];
    const spaced = unspaced.length === 0 ? [run] : run.split(UNSPACED_SCRIPTS).filter((word) => word !== "");
    return [...unspaced.flatMap(toLetterPairs), ...spaced.flatMap(toStem)];
  });
}

function toLetterPairs(run: string): Term[] {
  const letters = [...run];
  if (letters.length === 1) return [{ term: run, word: run }];
  return letters.slice(1).map((letter, index) => ({ term: `${letters[index]}${letter}`, word: `${letters[index]}${letter}` }));
}

function toStem(word: string): Term[] {
  const letters = [...word];
  if (letters.length < 2 || isStopWord(word)) return [];
  return [{ term: letters.slice(0, /\p{N}/u.test(word) ? NUMBER_LENGTH : STEM_LENGTH).join(""), word }];
}

/** For a title in a script without spaces, returns the text that starts at each letter, because list search matches only beginnings of words. */
export function listInnerWords(title: string): string[] {
  const runs = fold(title).match(UNSPACED_SCRIPTS) ?? [];
  return runs.flatMap((run) => [...run].map((_, index, letters) => letters.slice(index, index + MAX_INNER_WORD_LENGTH).join("")));
}

const MAX_INNER_WORD_LENGTH = 12;

export const termFields = ["title", "tags", "summary", "body"] as const;
export type TermField = (typeof termFields)[number];

/** The weight of a term for an article, from 1 to 99, and the first field that contains it. */
export interface TermWeight {
  weight: number;
  field: TermField;
}

interface SearchableArticle {
  title: string;
  tags: readonly string[];
  summary: string | null;
  body: string;
}

/** The weight that a term gets from each field. In the body it is the maximum, and the frequency decides (BM25 with its usual parameters). */
const fieldWeights: Readonly<Record<TermField, number>> = { title: 45, tags: 20, summary: 15, body: 19 };
const AVERAGE_LENGTH = 300;
const computeBodyWeight = (count: number, length: number): number =>
  Math.max(1, Math.round((fieldWeights.body * count) / (count + 1.2 * (0.25 + (0.75 * length) / AVERAGE_LENGTH))));

/** Maximum number of terms that index an article. The terms with the highest weight are kept. */
export const MAX_TERMS = 1000;

/** Removes link addresses, which do not describe the article. */
const stripAddresses = (markdown: string): string => markdown.replaceAll(/\]\([^()\s]*\)|\bhttps?:\/\/\S+/g, " ");

/** Returns the weighted terms of an article. */
export function weighTerms({ title, tags, summary, body }: SearchableArticle): Map<string, TermWeight> {
  const weighed = new Map<string, TermWeight>();
  const add = (term: string, field: TermField, weight: number): void => {
    const currentWeight = weighed.get(term);
    weighed.set(term, { weight: Math.min(99, (currentWeight?.weight ?? 0) + weight), field: currentWeight?.field ?? field });
  };
  for (const [field, text] of [
    ["title", title],
    ["tags", tags.join(" ")],
    ["summary", summary ?? ""],
  ] as const)
    for (const term of new Set(extractTerms(text).map((extractTerm) => extractTerm.term))) add(term, field, fieldWeights[field]);
  const bodyTerms = extractTerms(stripAddresses(body));
  for (const [term, all] of Map.groupBy(bodyTerms, (bodyTerm) => bodyTerm.term))
    add(term, "body", computeBodyWeight(all.length, bodyTerms.length));
  const strongest = [...weighed].sort(([a, weightA], [b, weightB]) => weightB.weight - weightA.weight || (a < b ? -1 : 1));
  return new Map(strongest.slice(0, MAX_TERMS));
}

/** A term of a query. `share` is its weight in the query. */
export interface QueryTerm extends Term {
  share: number;
}

/** Maximum number of terms that are looked up for a query. Frequent and early terms come first. */
export const MAX_QUERY_TERMS = 24;

export function extractQueryTerms(text: string): QueryTerm[] {
  const numbered = extractTerms(text).map((extractTerm, first) => ({ ...extractTerm, first }));
  const queryTerms = [...Map.groupBy(numbered, ({ term }) => term).values()].flatMap(([firstTerm, ...otherTerms]) =>
    firstTerm
      ? [{ ...firstTerm, share: (1 + Math.log2(1 + otherTerms.length)) * (firstTerm.first < EARLY_TERMS ? 1.5 : 1) }]
      : [],
  );
  queryTerms.sort((a, b) => b.share - a.share || b.word.length - a.word.length || a.first - b.first);
  return queryTerms.slice(0, MAX_QUERY_TERMS).map(({ term, word, share }) => ({ term, word, share }));
}

/** The first terms of a query count more, because users begin with the topic. */
const EARLY_TERMS = 12;
