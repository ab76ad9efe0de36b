import * as z from "zod";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { Master } from "../master-data/master.ts";
import { Directory } from "./directory.ts";
import { fields, Stored, type TeamRecord, Teams } from "./team.entity.ts";

/** Teams (seed 001): users belong to one, and a manager sees the records of theirs. */

export const Info = Stored;
export const Row = rowSchema(Stored, Teams.definition.row);

const Query = listSchema(Teams, {});

export const list = fn(Query, async (input) => listRecords(Teams, await listQuery(input)));

/** What a list of teams is asked for. */
export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> =>
  buildListQuery(Teams, await Master.resolveAll(Query.shape, input, input));

/** What an export has to know of the list. */
export const listDefinition = { collection: Teams, query: Query, listQuery, info: Info, fields };

export const get = fn(z.strictObject({ id: text(64) }), ({ id }) => Records.read(Teams, id));

export const create = fn(z.strictObject(fields), async (input) => {
  const team = Records.init(Teams, await resolveReferences(toStoredFields(fields, input)));
  return invalidateAfter(transaction().create(Teams, team).commit(team));
});

export const replace = fn(z.strictObject({ ...fields, id: text(64) }), ({ id, ...input }) =>
  edit(id, toStoredFields(fields, input)),
);

export const update = fn(patchSchema(fields).extend({ id: text(64) }), ({ id, ...patch }) =>
  edit(id, toStoredPatch(fields, patch)),
);

const edit = (id: string, changes: Partial<TeamRecord>): Promise<TeamRecord> =>
  invalidateAfter(Records.change(Teams, id, (current) => resolveReferences({ ...current, ...changes }, current)));

export const remove = fn(z.strictObject({ id: text(64) }), ({ id }) => invalidateAfter(Records.remove(Teams, id)));

export const restore = fn(z.strictObject({ id: text(64) }), ({ id }) => invalidateAfter(Records.restore(Teams, id)));

/** A team says who sees what: once it is written, this process goes by it. */
async function invalidateAfter(written: Promise<TeamRecord>): Promise<TeamRecord> {
  const team = await written;
  Directory.forget();
  return team;
}

/** A team that exists; a VALIDATION_ERROR on `field` otherwise. */
async function requireTeam(id: string, field: string): Promise<void> {
  if (!(await Records.load(Teams, id, { live: true }))) throw invalid(field, "No such team");
}

export { requireTeam as require };

/** References are checked when they change: a manager may have left since, a territory may be no longer in use. */
async function resolveReferences<T extends Pick<TeamRecord, "manager_id" | "territory_id">>(
  team: T,
  before?: TeamRecord,
): Promise<T> {
  const { manager_id } = team;
  if (manager_id && manager_id !== before?.manager_id && !(await Directory.findActive(manager_id))) {
    throw invalid("manager_id", "No active user has this id");
  }
  return Master.resolveAll(fields, team, before, { own: ["manager_id"] });
}

export * as Team from "./team.ts";
