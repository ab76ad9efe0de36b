import * as z from "zod";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { filled, patched, patchOf, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { list as listRecords, listSchema, paging } from "../storage/list.ts";
import { Records } from "../storage/records.ts";
import { transaction } from "../storage/transaction.ts";
import { Directory } from "../user/directory.ts";
import { fields, Stored, type TeamRecord, Teams } from "./team.entity.ts";

/** Teams (seed 001): users belong to one, and a manager sees the records of theirs. */

export const Info = Stored;
export const Row = Stored;

export const list = fn(listSchema(Teams, {}), (query) => listRecords(Teams, { ...paging(query), filters: {}, ranges: {} }));

export const get = fn(z.strictObject({ id: text(64) }), ({ id }) => Records.read(Teams, id));

export const create = fn(z.strictObject(fields), async (input) => {
  const team = Records.born(Teams, await checked(filled(fields, input)));
  const created = await transaction().create(Teams, team).commit(team);
  Directory.forget();
  return created;
});

export const replace = fn(z.strictObject({ ...fields, id: text(64) }), ({ id, ...input }) => edit(id, filled(fields, input)));

export const update = fn(patchOf(fields).extend({ id: text(64) }), ({ id, ...patch }) => edit(id, patched(fields, patch)));

async function edit(id: string, input: Partial<TeamRecord>): Promise<TeamRecord> {
  const changes = await checked(input);
  const next = await Records.change(Teams, id, (current) => ({ ...current, ...changes }));
  Directory.forget();
  return next;
}

export const remove = fn(z.strictObject({ id: text(64) }), ({ id }) => Records.remove(Teams, id));

export const restore = fn(z.strictObject({ id: text(64) }), ({ id }) => Records.restore(Teams, id));

/** A team that exists; a VALIDATION_ERROR on `field` otherwise. */
async function required(id: string, field: string): Promise<void> {
  const team = await Records.find(Teams, id);
  if (!team || team.deleted_at) throw invalid(field, "No such team");
}

export { required as require };

async function checked<T extends Partial<TeamRecord>>(input: T): Promise<T> {
  if (input.manager_id && !(await Directory.active(input.manager_id))) throw invalid("manager_id", "No active user has this id");
  if (!input.territory_id) return input;
  return { ...input, territory_id: await Master.resolve("territories", input.territory_id, "territory_id") };
}

export * as Team from "./team.ts";
