import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useRequest, useTenant } from "../kernel/context.ts";
import { conflict } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { Page } from "../kernel/page.ts";
import { text } from "../kernel/schema.ts";
import { list as listRecords, listSchema, paging } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { get as getItem } from "../storage/table/database.ts";
import { matchKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { nameOf } from "./identity.rules.ts";
import * as Identity from "./identity.ts";
import { type CandidateRecord, Candidates, candidateStatuses, type PersonRecord, StoredCandidate } from "./person.entity.ts";
import { candidateId } from "./resolve.ts";

/** Pairs of persons who may be one, as people see and decide them. */

const who = z.string().nullable().describe("First and last name, or the name that is shown");

/** A candidate as readers see it: by the persons that its ids lead to now. */
export const Info = z.object({
  person_id: StoredCandidate.shape.person_id.describe("Who is asked for, where somebody is"),
  person_name: who,
  other_person_id: StoredCandidate.shape.other_person_id,
  other_person_name: who,
  status: StoredCandidate.shape.status,
  score: StoredCandidate.shape.score.describe("Of 100"),
  reasons: StoredCandidate.shape.reasons,
});

/** A candidate as it stands, without names: what a decision answers. */
export const Decided = StoredCandidate;

export type Shown = CandidateRecord & { person_name: string | null; other_person_name: string | null };

const status = z.enum(candidateStatuses);

const Query = listSchema(Candidates, { status: status.optional().describe("OPEN unless told otherwise") }).omit({
  deleted: true,
});

/** The queue: open ones, best first, unless told otherwise. */
export const list = fn(Query, async (input): Promise<Page<Shown>> => {
  const page = await listRecords(Candidates, await asked(input));
  return new Page(await shown(page.rows), page.meta);
});

/** What the queue is asked for. */
export const asked = async ({ status = "OPEN", sort = "score", ...rest }: z.output<typeof Query>): Promise<ListQuery> => ({
  ...paging({ ...rest, sort }),
  filters: { status },
  ranges: {},
});

/** What an export has to know of the queue. */
export const listed = { collection: Candidates, query: Query, asked, info: Info, fields: {} };

export const get = fn(z.strictObject({ id: text(64) }), async ({ id }): Promise<Shown> => {
  const [candidate] = await shown([await Records.read(Candidates, id)]);
  return candidate as Shown;
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
    const wanted = found
      .filter((candidate) => candidate !== undefined)
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
    if (reason !== undefined) useRequest().reason = reason;
    return Records.change(Candidates, id, (current) => {
      if (current.status === "MERGED") throw conflict("The two are one person by now");
      return { ...current, status: "DISMISSED" as const };
    });
  },
);

/** Candidates with the persons that their ids lead to; of those of one person, the other is the other one. */
export async function shown(candidates: readonly CandidateRecord[], of?: PersonRecord): Promise<Shown[]> {
  const ids = candidates.flatMap(({ person_id, other_person_id }) => [person_id, other_person_id]);
  const people = await Identity.livingAll(ids);
  return candidates.map((candidate) => {
    const pair = [people.get(candidate.person_id), people.get(candidate.other_person_id)];
    const [one, other] = of && pair[1]?.id === of.id ? pair.reverse() : pair;
    return {
      ...candidate,
      person_id: one?.id ?? candidate.person_id,
      person_name: nameOf(one),
      other_person_id: other?.id ?? candidate.other_person_id,
      other_person_name: nameOf(other),
    };
  });
}

export * as Candidate from "./candidate.ts";
