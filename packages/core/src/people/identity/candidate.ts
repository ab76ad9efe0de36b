import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useRequest, useTenant } from "../../kernel/context.ts";
import { conflict, Failure, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import { oneOf, text } from "../../kernel/schema.ts";
import { buildListQuery, listInMemory, list as listRecords, listSchema, requirePageInReach } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { get as getItem } from "../../storage/table/database.ts";
import { matchKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { applyDecision, redactSealed } from "../person/candidate.rules.ts";
import { personName } from "../person/derived-fields.rules.ts";
import * as Identity from "../person/identity.ts";
import { type ScoreLevel, scoreLevels, toScoreLevel } from "../person/match-score.rules.ts";
import { personGrants } from "../person/person.domain.ts";
import {
  type CandidateRecord,
  Candidates,
  candidateStatuses,
  type PersonRecord,
  StoredCandidate,
} from "../person/person.entity.ts";
import { candidateId } from "../person/resolution.ts";
import { buildLeadIdFilter } from "../person/source-records.ts";

/** Pairs of persons who may be one, as people see and decide them: those who see both. */

const personNameField = z.string().nullable().describe("First and last name, or the name that is shown");

/** A candidate as readers see it: by the persons that its ids lead to now. */
export const Info = z.object({
  person_id: StoredCandidate.shape.person_id.describe("Who is asked for, where somebody is"),
  person_name: personNameField,
  other_person_id: StoredCandidate.shape.other_person_id,
  other_person_name: personNameField,
  status: StoredCandidate.shape.status,
  score: StoredCandidate.shape.score.describe("Of 100"),
  level: oneOf(scoreLevels).nullable().describe("What the score says; null below what opens a candidate"),
  reasons: StoredCandidate.shape.reasons,
});

/** A candidate as it stands, without names: what a decision answers. */
export const DecidedCandidate = StoredCandidate.omit({ plain: true, queue: true });

export type CandidateView = CandidateRecord & {
  level: ScoreLevel | null;
  person_name: string | null;
  other_person_name: string | null;
};

/** The candidate as the caller may know of it: all of it, or what is known of the two without what is sealed. */
export const redactForCaller = (candidate: CandidateRecord): CandidateRecord | undefined =>
  hasPermission(personGrants.sensitive) ? candidate : redactSealed(candidate);

const statusField = oneOf(candidateStatuses);

const Query = listSchema(Candidates, { status: statusField.optional().describe("OPEN unless told otherwise") }).omit({
  deleted: true,
});

/** The queue: open ones, best first, unless told otherwise. */
export const list = fn(Query, async (input): Promise<Page<CandidateView>> => {
  const query = await listQuery(input);
  const page = hasPermission(personGrants.sensitive) ? await listRecords(Candidates, query) : await listPlain(query);
  return new Page(await present(page.rows), page.meta);
});

/** What the queue is asked for: that of the caller, who may not be one for whom sealed values speak. */
export const listQuery = async ({ status = "OPEN", sort = "score", ...rest }: z.output<typeof Query>): Promise<ListQuery> => ({
  ...buildListQuery(Candidates, { ...rest, sort }),
  filters: hasPermission(personGrants.sensitive) ? { status } : { queue: status },
});

/** What an export has to know of the queue. */
export const listDefinition = { collection: Candidates, query: Query, listQuery, info: Info, fields: {} };

/** The newest so many of a status are put in order for those to whom the index by score would tell too much. */
const MAX_SORTED = 1000;

/** The queue without what is sealed, in the order of what is left: no index has that one. */
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

export const get = fn(z.strictObject({ id: text(64) }), async ({ id }): Promise<CandidateView> => {
  const [candidate] = await present([await Records.read(Candidates, id)].flatMap((each) => redactForCaller(each) ?? []));
  if (!candidate) throw notFound();
  return candidate;
});

/** More candidates of one person than anybody looks at are cut off, the best kept. */
const MAX_SHOWN = 100;

/** What a person is or was a candidate with: the open ones first, the best of them before others. */
export const listByPerson = fn(
  z.strictObject({ id: text(64), status: statusField.optional().describe("All unless told otherwise") }),
  async ({ id, status }): Promise<Page<CandidateView>> => {
    const person = await Identity.read(id);
    const beside = await getItem(matchKey(useTenant(), person.id));
    const others = [...((beside?.other_ids as Iterable<string> | undefined) ?? [])];
    const found = await Records.loadMany(
      Candidates,
      others.map((other) => candidateId(person.id, other)),
      { live: true },
    );
    const rank = (candidate: CandidateRecord): number => (candidate.status === "OPEN" ? 1000 : 0) + candidate.score;
    const there = found.filter((candidate) => candidate !== undefined);
    const wanted = (await Visibility.filterVisible(Candidates, there))
      .flatMap((candidate) => redactForCaller(candidate) ?? [])
      .filter((candidate) => status === undefined || candidate.status === status)
      .sort((a, b) => rank(b) - rank(a));
    const rows = await present(wanted.slice(0, MAX_SHOWN), person);
    const limits = { page: 1, limit: MAX_SHOWN, totalPages: 1, next_cursor: null };
    return new Page(rows, { ...limits, total: wanted.length, as_of: Clock.now() });
  },
);

/** The two are not one: it stays so, whatever is found. */
export const dismiss = fn(
  z.strictObject({ id: text(64), reason: text(500).optional().describe("Kept in the audit trail") }),
  async ({ id, reason }): Promise<CandidateRecord> => {
    const request = useRequest();
    if (reason !== undefined) request.reason = reason;
    const named = await buildLeadIdFilter((await Records.read(Candidates, id)).reasons.map(({ lead_id }) => lead_id));
    const { versions } = request.precondition ?? {};
    // The version that they know is one of what they are shown.
    if (!hasPermission(personGrants.sensitive)) delete request.precondition;
    const dismissed = (current: CandidateRecord): CandidateRecord => {
      const seen = redactForCaller(current);
      if (!seen) throw notFound();
      if (request.precondition === undefined && versions && !versions.includes(seen.version))
        throw new Failure("VERSION_CONFLICT", `The record has version ${seen.version}`);
      if (seen.status === "MERGED") throw conflict("The two are one person by now");
      return current.status === "DISMISSED" ? current : applyDecision(current, "DISMISSED", Clock.now());
    };
    return Records.change(Candidates, id, dismissed, {
      answer(candidate) {
        const seen = redactForCaller(candidate);
        if (!seen) throw notFound();
        return { ...seen, reasons: presentReasons(seen, named) };
      },
    });
  },
);

/** Candidates with the persons that their ids lead to; of those of one person, the other is the other one. */
export async function present(candidates: readonly CandidateRecord[], of?: PersonRecord): Promise<CandidateView[]> {
  const ids = candidates.flatMap(({ person_id, other_person_id }) => [person_id, other_person_id]);
  const [people, named] = await Promise.all([
    Identity.resolveAllMerged(ids),
    buildLeadIdFilter(candidates.flatMap(({ reasons }) => reasons.map(({ lead_id }) => lead_id))),
  ]);
  return candidates.map((candidate) => {
    const pair = [people.get(candidate.person_id), people.get(candidate.other_person_id)];
    const [one, other] = of && pair[1]?.id === of.id ? pair.reverse() : pair;
    return {
      ...candidate,
      reasons: presentReasons(candidate, named),
      level: toScoreLevel(candidate.score),
      person_id: one?.id ?? candidate.person_id,
      person_name: personName(one),
      other_person_id: other?.id ?? candidate.other_person_id,
      other_person_name: personName(other),
    };
  });
}

const presentReasons = (
  { reasons }: Pick<CandidateRecord, "reasons">,
  named: (id: string | null) => string | null,
): CandidateRecord["reasons"] => reasons.map(({ reason, lead_id }) => ({ reason, lead_id: named(lead_id) }));

export * as Candidate from "./candidate.ts";
