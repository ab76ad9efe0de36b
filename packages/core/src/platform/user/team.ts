import * as z from "zod";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { Master } from "../master-data/master.ts";
import { Directory } from "./directory.ts";
import { fields, Stored, type TeamRecord, Teams } from "./team.entity.ts";

/** Teams: each user belongs to at most one, and a manager sees the records of their teams. */

export const Info = Stored;
export const Row = rowSchema(Stored, Teams.definition.row);

const Query = listSchema(Teams, {});

export const list = fn(Query, async (input) => listRecords(Teams, await listQuery(input)));

/** Converts the query parameters of the list of teams. */
export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> =>
  buildListQuery(Teams, await Master.resolveAll(Query.shape, input, input));

/** The definition of the list, for its export. */
export const listDefinition = { collection: Teams, query: Query, listQuery, info: Info, fields };

export const get = fn(IdInput, ({ id }) => Records.read(Teams, id));

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

export const remove = fn(IdInput, ({ id }) => invalidateAfter(Records.remove(Teams, id)));

export const restore = fn(IdInput, ({ id }) => invalidateAfter(Records.restore(Teams, id)));

/** Clears the directory after a write, because teams decide who sees what. */
async function invalidateAfter(pendingWrite: Promise<TeamRecord>): Promise<TeamRecord> {
  const team = await pendingWrite;
  Directory.forget();
  return team;
}

/** Throws VALIDATION_ERROR on `field` if the team does not exist. */
async function requireTeam(id: string, field: string): Promise<void> {
  if (!(await Records.load(Teams, id, { live: true }))) throw invalid(field, "No such team");
}

export { requireTeam as require };

/** Checks references only when they change: a stored manager may have left, and a stored territory may be inactive. */
async function resolveReferences<T extends Pick<TeamRecord, "manager_id" | "territory_id">>(
  team: T,
  before?: TeamRecord,
): Promise<T> {
  const { manager_id } = team;
  if (manager_id && manager_id !== before?.manager_id && !(await Directory.findActive(manager_id))) {
    throw invalid("manager_id", "No active user has this id");
  }
  return Master.resolveAll(fields, team, before, { checkedFields: ["manager_id"] });
}

export * as Team from "./team.ts";
