import type { Language } from "../../kernel/language.ts";
import { ContractClause } from "./clause.ts";
import type { PlaceRecord } from "./template.entity.ts";
import type { PlacedClause } from "./wording.rules.ts";

/** Loads the clauses of a template with their texts, in at most two batches of reads. */

export interface ClauseList {
  clauses: PlaceRecord[];
}

/** The revision to use for a clause id if its place names none. */
export type RevisionMap = Readonly<Record<string, number>>;

/** Returns the clauses in a language. `without` lists the places that have no text in it. */
export async function loadPlacedClauses(
  { clauses: placements }: ClauseList,
  language: Language,
  revised: RevisionMap = {},
): Promise<{ pieces: (PlacedClause & { index: number })[]; without: number[] }> {
  const places = placements.map((place) => ({
    ...place,
    clause_revision: place.clause_revision ?? revised[place.clause_id ?? ""] ?? null,
  }));
  const clauses = await ContractClause.loadMany([...new Set(places.flatMap(({ clause_id }) => clause_id ?? []))]);
  const formerRevisions = places.flatMap(({ clause_id, clause_revision }) => {
    const clause = clauses.get(clause_id ?? "");
    return clause && clause_revision !== null && clause_revision !== clause.revision
      ? [{ clause, revision: clause_revision }]
      : [];
  });
  const revisions = formerRevisions.length > 0 ? await ContractClause.loadRevisions(formerRevisions) : new Map();
  const pieces: (PlacedClause & { index: number })[] = [];
  const without: number[] = [];
  for (const [index, place] of places.entries()) {
    const clause = clauses.get(place.clause_id ?? "");
    const revision = place.clause_revision ?? clause?.revision ?? null;
    const library = clause && (revision === clause.revision ? clause : revisions.get(`${clause.id}/${revision}`));
    const source = place.clause_id === null ? place : library;
    const clauseText = source?.texts.find((text: { language: Language }) => text.language === language);
    if (!source || !clauseText) {
      without.push(index);
      continue;
    }
    pieces.push({
      index,
      key: place.key,
      level: place.level,
      page_break: place.page_break,
      when: place.clause_id === null ? place.when : [...place.when, ...source.when],
      is_mandatory: source.is_mandatory,
      clause_id: place.clause_id,
      clause_version: place.clause_id === null ? null : revision,
      heading: clauseText.heading,
      body: clauseText.body,
    });
  }
  return { pieces, without };
}
