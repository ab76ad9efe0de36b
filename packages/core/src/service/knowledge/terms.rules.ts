import { fold } from "../../kernel/text.ts";
import { isStopWord } from "./stop-words.ts";

/**
 * What a text is found by, as pure functions. Words are cut to their first letters, so that `invoice` finds `invoices`; of scripts that
 * are written without spaces, every two letters beside each other are a term. Terms are letters and digits alone, so that keys are made
 * of them.
 */

/** Letters that a word is told by, and those of one with digits in it, such as the number of a model. */
const [STEM_LENGTH, NUMBER_LENGTH] = [6, 12];
const UNSPACED_SCRIPTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]+/gu;

/** A term, and the words of the text that it stands for. */
export interface Term {
  term: string;
  word: string;
}

/** All terms of a text in its order, each as often as it comes. Folding takes syllables of Hangul apart; NFC joins them again. */
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
  return letters.slice(1).map((letter, at) => ({ term: `${letters[at]}${letter}`, word: `${letters[at]}${letter}` }));
}

function toStem(word: string): Term[] {
  const letters = [...word];
  if (letters.length < 2 || isStopWord(word)) return [];
  return [{ term: letters.slice(0, /\p{N}/u.test(word) ? NUMBER_LENGTH : STEM_LENGTH).join(""), word }];
}

/** Of a title in a script without spaces, what begins at each of its letters: a list's search finds what begins a word. */
export function listInnerWords(title: string): string[] {
  const runs = fold(title).match(UNSPACED_SCRIPTS) ?? [];
  return runs.flatMap((run) => [...run].map((_, at, letters) => letters.slice(at, at + MAX_INNER_WORD_LENGTH).join("")));
}

const MAX_INNER_WORD_LENGTH = 12;

export const termFields = ["title", "tags", "summary", "body"] as const;
export type TermField = (typeof termFields)[number];

/** How much a term tells of an article, from 1 to 99, and the first of the places where it stands. */
export interface TermWeight {
  weight: number;
  at: TermField;
}

export interface SearchableArticle {
  title: string;
  tags: readonly string[];
  summary: string | null;
  body: string;
}

/** What stands in a place tells so much; in the body it tells at most that, by how often it comes (BM25 with its usual numbers). */
const fieldWeights: Readonly<Record<TermField, number>> = { title: 45, tags: 20, summary: 15, body: 19 };
const AVERAGE_LENGTH = 300;
const computeBodyWeight = (count: number, length: number): number =>
  Math.max(1, Math.round((fieldWeights.body * count) / (count + 1.2 * (0.25 + (0.75 * length) / AVERAGE_LENGTH))));

/** An article is found by so many terms at most: those that tell most of it. */
export const MAX_TERMS = 1000;

/** Addresses lead somewhere, and say nothing. */
const stripAddresses = (markdown: string): string => markdown.replaceAll(/\]\([^()\s]*\)|\bhttps?:\/\/\S+/g, " ");

/** The terms of an article. */
export function weighTerms({ title, tags, summary, body }: SearchableArticle): Map<string, TermWeight> {
  const weighed = new Map<string, TermWeight>();
  const add = (term: string, at: TermField, weight: number): void => {
    const known = weighed.get(term);
    weighed.set(term, { weight: Math.min(99, (known?.weight ?? 0) + weight), at: known?.at ?? at });
  };
  for (const [at, text] of [
    ["title", title],
    ["tags", tags.join(" ")],
    ["summary", summary ?? ""],
  ] as const)
    for (const term of new Set(extractTerms(text).map((each) => each.term))) add(term, at, fieldWeights[at]);
  const said = extractTerms(stripAddresses(body));
  for (const [term, all] of Map.groupBy(said, (each) => each.term)) add(term, "body", computeBodyWeight(all.length, said.length));
  const strongest = [...weighed].sort(([a, one], [b, other]) => other.weight - one.weight || (a < b ? -1 : 1));
  return new Map(strongest.slice(0, MAX_TERMS));
}

/** A term of a question: how much of it the question is about. */
export interface QueryTerm extends Term {
  share: number;
}

/** Of a question so many terms are looked up: those that it says most often, and first. */
export const MAX_QUERY_TERMS = 24;

export function extractQueryTerms(text: string): QueryTerm[] {
  const numbered = extractTerms(text).map((each, first) => ({ ...each, first }));
  const asked = [...Map.groupBy(numbered, ({ term }) => term).values()].flatMap(([one, ...others]) =>
    one ? [{ ...one, share: (1 + Math.log2(1 + others.length)) * (one.first < EARLY_TERMS ? 1.5 : 1) }] : [],
  );
  asked.sort((a, b) => b.share - a.share || b.word.length - a.word.length || a.first - b.first);
  return asked.slice(0, MAX_QUERY_TERMS).map(({ term, word, share }) => ({ term, word, share }));
}

/** Who asks says first what it is about. */
const EARLY_TERMS = 12;
