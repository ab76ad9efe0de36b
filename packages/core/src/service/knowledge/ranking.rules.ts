import type { QueryTerm, TermField } from "./terms.rules.ts";

/** How well articles answer a question, as a pure function of where its terms stand. */

/** That a term stands in an article. */
export interface Posting {
  id: string;
  group_id: string;
  language: string;
  weight: number;
  at: TermField;
}

/** What was found of a term; `isCut` says that it stands in more articles than were read. */
export interface TermResult {
  queryTerm: QueryTerm;
  postings: readonly Posting[];
  isCut: boolean;
}

export interface RankedArticle {
  id: string;
  group_id: string;
  /** From 1 to 100. */
  score: number;
  matched: { word: string; in: TermField }[];
}

/** From here on a term stands in all places in which it is worth anything. */
const FULL_WEIGHT = 64;

/**
 * The articles that have terms of the question, best first. A term is worth more the fewer articles have it; one that stands in more than
 * were read counts as if one in ten had it. The score is what an article has of all that the question is worth; what no article has
 * counts half, because a question says more than what it is about.
 */
export function rankArticles(answers: readonly TermResult[], articles: number): RankedArticle[] {
  const found = new Map<string, RankedArticle & { sum: number }>();
  let whole = 0;
  for (const { queryTerm: asked, postings, isCut } of answers) {
    const having = isCut ? Math.max(postings.length, articles / 10) : postings.length;
    const rarity = Math.log(1 + Math.max(articles, having) / Math.max(1, having));
    const worth = asked.share * rarity;
    whole += postings.length === 0 ? worth / 2 : worth;
    for (const { id, group_id, weight, at } of postings) {
      const known = found.get(id) ?? { id, group_id, score: 0, matched: [], sum: 0 };
      known.sum += worth * Math.min(1, weight / FULL_WEIGHT);
      known.matched.push({ word: asked.word, in: at });
      found.set(id, known);
    }
  }
  const ranked = [...found.values()].sort((a, b) => b.sum - a.sum || (a.id < b.id ? 1 : -1));
  return ranked.map(({ id, group_id, matched, sum }) => ({
    id,
    group_id,
    score: Math.max(1, Math.min(100, Math.round((100 * sum) / whole))),
    matched,
  }));
}

/** Of an article and its translations the best one. */
export function dedupeTranslations(ranked: readonly RankedArticle[]): RankedArticle[] {
  const groups = new Set<string>();
  return ranked.filter(({ group_id }) => !groups.has(group_id) && groups.add(group_id));
}
