import type { QueryTerm, TermField } from "./terms.rules.ts";

/** Ranks articles for a query by the terms that they contain. Pure. */

/** An index entry: a term occurs in an article. */
export interface Posting {
  id: string;
  group_id: string;
  language: string;
  weight: number;
  at: TermField;
}

/** The entries found for a term. `isCut` means that more articles contain the term than were read. */
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

/** The weight from which a term counts in full. */
const FULL_WEIGHT = 64;

/**
 * Ranks the articles that contain query terms, best first. Rare terms count more. A term whose entries were cut counts as if at least one article
 * in ten had it. The score is the article's share of the total query weight. A term that no article contains adds half its weight to that total,
 * because not every word of a query is about its topic.
 */
export function rankArticles(answers: readonly TermResult[], articles: number): RankedArticle[] {
  const articleById = new Map<string, RankedArticle & { sum: number }>();
  let maxSum = 0;
  for (const { queryTerm, postings, isCut } of answers) {
    const having = isCut ? Math.max(postings.length, articles / 10) : postings.length;
    const rarity = Math.log(1 + Math.max(articles, having) / Math.max(1, having));
    const termWeight = queryTerm.share * rarity;
    maxSum += postings.length === 0 ? termWeight / 2 : termWeight;
    for (const { id, group_id, weight, at: field } of postings) {
      const rankedArticle = articleById.get(id) ?? { id, group_id, score: 0, matched: [], sum: 0 };
      rankedArticle.sum += termWeight * Math.min(1, weight / FULL_WEIGHT);
      rankedArticle.matched.push({ word: queryTerm.word, in: field });
      articleById.set(id, rankedArticle);
    }
  }
  const ranked = [...articleById.values()].sort((a, b) => b.sum - a.sum || (a.id < b.id ? 1 : -1));
  return ranked.map(({ id, group_id, matched, sum }) => ({
    id,
    group_id,
    score: Math.max(1, Math.min(100, Math.round((100 * sum) / maxSum))),
    matched,
  }));
}

/** Keeps the best-ranked translation of each article. */
export function dedupeTranslations(ranked: readonly RankedArticle[]): RankedArticle[] {
  const groups = new Set<string>();
  return ranked.filter(({ group_id }) => !groups.has(group_id) && groups.add(group_id));
}
