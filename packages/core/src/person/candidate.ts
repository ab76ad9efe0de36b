import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { may, useRequest, useTenant } from "../kernel/context.ts";
import { conflict, Failure, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { Page } from "../kernel/page.ts";
import { oneOf, text } from "../kernel/schema.ts";
import { listHere, list as listRecords, listSchema, queryOf, requireReach } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { merged } from "../storage/read/scan.ts";
import { Visible } from "../storage/read/visibility.ts";
import { get as getItem } from "../storage/table/database.ts";
import { matchKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { decided, withoutSealed } from "./candidate.rules.ts";
import { nameOf } from "./identity.rules.ts";
import * as Identity from "./identity.ts";
import { leadsAmong } from "./leads-named.ts";
import { personGrants } from "./person.domain.ts";
import { type CandidateRecord, Candidates, candidateStatuses, type PersonRecord, StoredCandidate } from "./person.entity.ts";
import { candidateId } from "./resolve.ts";
import { levelOf, type ScoreLevel, scoreLevels } from "./score.rules.ts";

/** Pairs of persons who may be one, as people see and decide them: those who see both. */

const who = z.string().nullable().describe("First and last name, or the name that is shown");

/** A candidate as readers see it: by the persons that its ids lead to now. */
export const Info = z.object({
  person_id: StoredCandidate.shape.person_id.describe("Who is asked for, where somebody is"),
  person_name: who,
  other_person_id: StoredCandidate.shape.other_person_id,
  other_person_name: who,
  status: StoredCandidate.shape.status,
  score: StoredCandidate.shape.score.describe("Of 100"),
  level: oneOf(scoreLevels).nullable().describe("What the score says; null below what opens a candidate"),
  reasons: StoredCandidate.shape.reasons,
});

/** A candidate as it stands, without names: what a decision answers. */
export const Decided = StoredCandidate.omit({ plain: true, queue: true });

export type Shown = CandidateRecord & {
  level: ScoreLevel | null;
  person_name: string | null;
  other_person_name: string | null;
};

/** The candidate as the caller may know of it: all of it, or what is known of the two without what is sealed. */
export const known = (candidate: CandidateRecord): CandidateRecord | undefined =>
  may(personGrants.sensitive) ? candidate : withoutSealed(candidate);

const status = oneOf(candidateStatuses);

const Query = listSchema(Candidates, { status: status.optional().describe("OPEN unless told otherwise") }).omit({
  deleted: true,
});

/** The queue: open ones, best first, unless told otherwise. */
export const list = fn(Query, async (input): Promise<Page<Shown>> => {
  const query = await asked(input);
  const page = may(personGrants.sensitive) ? await listRecords(Candidates, query) : await listPlain(query);
  return new Page(await shown(page.rows), page.meta);
});

/** What the queue is asked for: that of the caller, who may not be one for whom sealed values speak. */
export const asked = async ({ status = "OPEN", sort = "score", ...rest }: z.output<typeof Query>): Promise<ListQuery> => ({
  ...queryOf(Candidates, { ...rest, sort }),
  filters: may(personGrants.sensitive) ? { status } : { queue: status },
});

/** What an export has to know of the queue. */
export const listed = { collection: Candidates, query: Query, asked, info: Info, fields: {} };

/** The newest so many of a status are put in order for those to whom the index by score would tell too much. */
const MOST_SORTED = 1000;

/** The queue without what is sealed, in the order of what is left: no index has that one. */
async function listPlain(query: ListQuery): Promise<Page<CandidateRecord>> {
  requireReach(query);
  const rows: CandidateRecord[] = [];
  const partition = [{ index: "by_class" as const, facets: query.filters }];
  const reading = { order: "desc", after: undefined, chunk: MOST_SORTED } as const;
  for await (const row of merged(Candidates, partition, reading)) {
    const plain = withoutSealed(Candidates.fromRow(row));
    if (plain) rows.push(plain);
    if (rows.length === MOST_SORTED) break;
  }
  return listHere(Candidates, query, await Visible.among(Candidates, rows), rows.length === MOST_SORTED);
}

export const get = fn(z.strictObject({ id: text(64) }), async ({ id }): Promise<Shown> => {
  const [candidate] = await shown([await Records.read(Candidates, id)].flatMap((each) => known(each) ?? []));
  if (!candidate) throw notFound();
  return candidate;
});

/** More candidates of one person than anybody looks at are cut off, the best kept. */
const MOST_SHOWN = 100;

/** What a person is or was a candidate with: the open ones first, the best of them before others. */
export const ofPerson = fn(
  z.strictObject({ id: text(64), status: status.optional().describe("All unless told otherwise") }),
  async ({ id, status }): Promise<Page<Shown>> => {
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
    const wanted = (await Visible.among(Candidates, there))
      .flatMap((candidate) => known(candidate) ?? [])
      .filter((candidate) => status === undefined || candidate.status === status)
      .sort((a, b) => rank(b) - rank(a));
    const rows = await shown(wanted.slice(0, MOST_SHOWN), person);
    const limits = { page: 1, limit: MOST_SHOWN, totalPages: 1, next_cursor: null };
    return new Page(rows, { ...limits, total: wanted.length, as_of: Clock.now() });
  },
);

/** The two are not one: it stays so, whatever is found. */
export const dismiss = fn(
  z.strictObject({ id: text(64), reason: text(500).optional().describe("Kept in the audit trail") }),
  async ({ id, reason }): Promise<CandidateRecord> => {
    const request = useRequest();
    if (reason !== undefined) request.reason = reason;
    const named = await leadsAmong((await Records.read(Candidates, id)).reasons.map(({ lead_id }) => lead_id));
    const { versions } = request.precondition ?? {};
    // The version that they know is one of what they are shown.
    if (!may(personGrants.sensitive)) delete request.precondition;
    const dismissed = (current: CandidateRecord): CandidateRecord => {
      const seen = known(current);
      if (!seen) throw notFound();
      if (request.precondition === undefined && versions && !versions.includes(seen.version))
        throw new Failure("VERSION_CONFLICT", `The record has version ${seen.version}`);
      if (seen.status === "MERGED") throw conflict("The two are one person by now");
      return current.status === "DISMISSED" ? current : decided(current, "DISMISSED", Clock.now());
    };
    return Records.change(Candidates, id, dismissed, {
      answer(candidate) {
        const seen = known(candidate);
        if (!seen) throw notFound();
        return { ...seen, reasons: reasonsOf(seen, named) };
      },
    });
  },
);

/** Candidates with the persons that their ids lead to; of those of one person, the other is the other one. */
export async function shown(candidates: readonly CandidateRecord[], of?: PersonRecord): Promise<Shown[]> {
  const ids = candidates.flatMap(({ person_id, other_person_id }) => [person_id, other_person_id]);
  const [people, named] = await Promise.all([
    Identity.livingAll(ids),
    leadsAmong(candidates.flatMap(({ reasons }) => reasons.map(({ lead_id }) => lead_id))),
  ]);
  return candidates.map((candidate) => {
    const pair = [people.get(candidate.person_id), people.get(candidate.other_person_id)];
    const [one, other] = of && pair[1]?.id === of.id ? pair.reverse() : pair;
    return {
      ...candidate,
      reasons: reasonsOf(candidate, named),
      level: levelOf(candidate.score),
      person_id: one?.id ?? candidate.person_id,
      person_name: nameOf(one),
      other_person_id: other?.id ?? candidate.other_person_id,
      other_person_name: nameOf(other),
    };
  });
}

const reasonsOf = (
  { reasons }: Pick<CandidateRecord, "reasons">,
  named: (id: string | null) => string | null,
): CandidateRecord["reasons"] => reasons.map(({ reason, lead_id }) => ({ reason, lead_id: named(lead_id) }));

export * as Candidate from "./candidate.ts";
