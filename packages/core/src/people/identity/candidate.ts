import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useRequest, useTenant } from "../../kernel/context.ts";
import { conflict, Failure, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import { IdInput, oneOf, text } from "../../kernel/schema.ts";
import { buildListQuery, listInMemory, list as listRecords, listSchema, requirePageInReach } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { readItem } from "../../storage/table/database.ts";
import { matchKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { applyDecision, redactSealed } from "../person/candidate.rules.ts";
import { personName } from "../person/derived-fields.rules.ts";
import * as Identity from "../person/identity.ts";
import { type ScoreLevel, scoreLevels, toScoreLevel } from "../person/match-score.rules.ts";
import {
  type CandidateRecord,
  Candidates,
  candidateStatuses,
  type PersonRecord,
  StoredCandidate,
} from "../person/person.entity.ts";
import { personGrants } from "../person/person.kind.ts";
import { candidateId } from "../person/resolution.ts";
import { buildLeadIdFilter } from "../person/source-redaction.ts";

/** Duplicate candidates: pairs of persons who may be the same person. Users who can see both persons can read and decide them. */

const personNameField = z.string().nullable().describe("First and last name, or the display name");

/** A candidate in answers, with the persons to which its ids lead now. */
export const Info = z.object({
  person_id: StoredCandidate.shape.person_id.describe("The requested person, if the request names one"),
  person_name: personNameField,
  other_person_id: StoredCandidate.shape.other_person_id,
  other_person_name: personNameField,
  status: StoredCandidate.shape.status,
  score: StoredCandidate.shape.score.describe("Points out of 100"),
  level: oneOf(scoreLevels).nullable().describe("Rating of the score; null below the score that opens a candidate"),
  reasons: StoredCandidate.shape.reasons,
});

/** A candidate without names, as answered after a decision. */
export const DecidedCandidate = StoredCandidate.omit({ plain: true, queue: true });

export type CandidateView = CandidateRecord & {
  level: ScoreLevel | null;
  person_name: string | null;
  other_person_name: string | null;
};

/** Returns the candidate that the caller may know: all of it, or only what does not depend on sensitive values; undefined for none. */
export const redactForCaller = (candidate: CandidateRecord): CandidateRecord | undefined =>
  hasPermission(personGrants.sensitive) ? candidate : redactSealed(candidate);

const statusField = oneOf(candidateStatuses);

const Query = listSchema(Candidates, { status: statusField.optional().describe("Defaults to OPEN") }).omit({
  deleted: true,
});

/** Lists the queue. By default the open candidates with the highest score first. */
export const list = fn(Query, async (input): Promise<Page<CandidateView>> => {
  const query = await listQuery(input);
  const page = hasPermission(personGrants.sensitive) ? await listRecords(Candidates, query) : await listPlain(query);
  return new Page(await present(page.rows), page.meta);
});

/** Builds the list query: by the status that the caller may know, which may not depend on sensitive values. */
export const listQuery = async ({ status = "OPEN", sort = "score", ...rest }: z.output<typeof Query>): Promise<ListQuery> => ({
  ...buildListQuery(Candidates, { ...rest, sort }),
  filters: hasPermission(personGrants.sensitive) ? { status } : { queue: status },
});

/** The definition of the list for exports. */
export const listDefinition = { collection: Candidates, query: Query, listQuery, info: Info, fields: {} };

/**
 * The number of newest candidates of a status that are sorted in memory for callers without the right `person:sensitive`. For them
 * the order of the index by score would reveal sensitive values.
 */
const MAX_SORTED = 1000;

/** Lists the queue without sensitive values, sorted by the score without them. No index has this order. */
async function listPlain(query: ListQuery): Promise<Page<CandidateRecord>> {
  requirePageInReach(query);
  const rows: CandidateRecord[] = [];
  const partition = [{ index: "by_class" as const, facets: query.filters }];
  const reading = { order: "desc", after: undefined, chunk: MAX_SORTED } as const;
  for await (const row of queryPartitions(Candidates, partition, reading)) {
    const plain = redactSealed(Candidates.fromRow(row));
    if (plain) rows.push(plain);
    if (rows.length === MAX_SORTED) break;
  }
  return listInMemory(Candidates, query, await Visibility.filterVisible(Candidates, rows), rows.length === MAX_SORTED);
}

export const get = fn(IdInput, async ({ id }): Promise<CandidateView> => {
  const [candidate] = await present([await Records.read(Candidates, id)].flatMap((record) => redactForCaller(record) ?? []));
  if (!candidate) throw notFound();
  return candidate;
});

/** Maximum number of candidates of one person in an answer, those with the highest scores first. */
const MAX_SHOWN = 100;

/** Lists the candidates of a person: the open ones first, then by score. */
export const listByPerson = fn(
  z.strictObject({ id: text(64), status: statusField.optional().describe("Defaults to all") }),
  async ({ id, status }): Promise<Page<CandidateView>> => {
    const person = await Identity.read(id);
    const matchEntry = await readItem(matchKey(useTenant(), person.id));
    const otherIds = [...((matchEntry?.other_ids as Iterable<string> | undefined) ?? [])];
    const loadedCandidates = await Records.loadMany(
      Candidates,
      otherIds.map((otherId) => candidateId(person.id, otherId)),
      { live: true },
    );
    const rank = (candidate: CandidateRecord): number => (candidate.status === "OPEN" ? 1000 : 0) + candidate.score;
    const liveCandidates = loadedCandidates.filter((candidate) => candidate !== undefined);
    const matches = (await Visibility.filterVisible(Candidates, liveCandidates))
      .flatMap((candidate) => redactForCaller(candidate) ?? [])
      .filter((candidate) => status === undefined || candidate.status === status)
      .sort((a, b) => rank(b) - rank(a));
    const rows = await present(matches.slice(0, MAX_SHOWN), person);
    const limits = { page: 1, limit: MAX_SHOWN, totalPages: 1, next_cursor: null };
    return new Page(rows, { ...limits, total: matches.length, as_of: Clock.now() });
  },
);

/** Decides that the two are different persons. Later findings do not change this. */
export const dismiss = fn(
  z.strictObject({ id: text(64), reason: text(500).optional().describe("Stored in the audit trail") }),
  async ({ id, reason }): Promise<CandidateRecord> => {
    const request = useRequest();
    if (reason !== undefined) request.reason = reason;
    const filterLeadId = await buildLeadIdFilter((await Records.read(Candidates, id)).reasons.map(({ lead_id }) => lead_id));
    const { versions } = request.precondition ?? {};
    // The caller without that right knows the version of `plain`, which is compared here instead.
    if (!hasPermission(personGrants.sensitive)) delete request.precondition;
    const dismissed = (current: CandidateRecord): CandidateRecord => {
      const seen = redactForCaller(current);
      if (!seen) throw notFound();
      if (request.precondition === undefined && versions && !versions.includes(seen.version))
        throw new Failure("VERSION_CONFLICT", `The record has version ${seen.version}`);
      if (seen.status === "MERGED") throw conflict("The two persons are already merged");
      return current.status === "DISMISSED" ? current : applyDecision(current, "DISMISSED", Clock.now());
    };
    return Records.change(Candidates, id, dismissed, {
      answer(candidate) {
        const seen = redactForCaller(candidate);
        if (!seen) throw notFound();
        return { ...seen, reasons: presentReasons(seen, filterLeadId) };
      },
    });
  },
);

/** Presents candidates with the persons to which their ids lead. With `of`, that person comes first in each pair. */
export async function present(candidates: readonly CandidateRecord[], firstPerson?: PersonRecord): Promise<CandidateView[]> {
  const ids = candidates.flatMap(({ person_id, other_person_id }) => [person_id, other_person_id]);
  const [people, filterLeadId] = await Promise.all([
    Identity.resolveAllMerged(ids),
    buildLeadIdFilter(candidates.flatMap(({ reasons }) => reasons.map(({ lead_id }) => lead_id))),
  ]);
  return candidates.map((candidate) => {
    const pair = [people.get(candidate.person_id), people.get(candidate.other_person_id)];
    const [person, otherPerson] = firstPerson && pair[1]?.id === firstPerson.id ? pair.reverse() : pair;
    return {
      ...candidate,
      reasons: presentReasons(candidate, filterLeadId),
      level: toScoreLevel(candidate.score),
      person_id: person?.id ?? candidate.person_id,
      person_name: personName(person),
      other_person_id: otherPerson?.id ?? candidate.other_person_id,
      other_person_name: personName(otherPerson),
    };
  });
}

const presentReasons = (
  { reasons }: Pick<CandidateRecord, "reasons">,
  filterLeadId: (id: string | null) => string | null,
): CandidateRecord["reasons"] => reasons.map(({ reason, lead_id }) => ({ reason, lead_id: filterLeadId(lead_id) }));

export * as Candidate from "./candidate.ts";
