import * as z from "zod";
import { useActorId } from "../kernel/context.ts";
import { type Detail, forbidden, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { anyOf, type Filled, filled, patched, patchOf, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { parse } from "../message-template/merge-fields.rules.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { transaction } from "../storage/write/transaction.ts";
import { Directory } from "../user/directory.ts";
import { View } from "../view/view.ts";
import { fields, type MacroRecord, Macros, Stored } from "./macro.entity.ts";

/** Macros: several changes and a comment, for their owner, a team or everyone, as views are (docs/tickets.md, Macros). */

export const Info = Stored;
export const Row = rowOf(Stored, Macros.definition.row);

const Query = listSchema(Macros, {});

export const list = fn(Query, (input) => View.asAudience(() => listRecords(Macros, queryOf(Macros, input))));

const One = z.strictObject({ id: text(64) });

export const get = fn(One, ({ id }) => View.asAudience(() => Records.read(Macros, id)));

/** One that does nothing is none. */
export const Create = z
  .strictObject(fields)
  .meta(
    anyOf([
      "status",
      "priority_id",
      "category_id",
      "ticket_type",
      "team_id",
      "assigned_to_id",
      "add_tags",
      "remove_tags",
      "comment",
    ]),
  );

export const create = fn(Create, async (input) => {
  const macro = Records.born(Macros, await checked(filled(fields, input), useActorId()));
  return transaction().create(Macros, macro).commit(macro);
});

export const update = fn(patchOf(fields).extend(One.shape), ({ id, ...patch }) =>
  View.asAudience(() =>
    Records.change(Macros, id, async (current) => {
      requireOwn(current);
      return { ...current, ...(await checked({ ...current, ...patched(fields, patch) }, current.created_by, current)) };
    }),
  ),
);

export const remove = fn(One, ({ id }) => View.asAudience(() => Records.remove(Macros, id, requireOwn)));

export const restore = fn(One, ({ id }) => View.asAudience(() => Records.restore(Macros, id, requireOwn)));

function requireOwn(macro: MacroRecord): MacroRecord {
  if (macro.created_by === useActorId()) return macro;
  throw forbidden("Whose macro it is changes it: make one of your own");
}

type Written = Filled<typeof fields>;

/** What people write, found good, with whom it is for; what it does to a ticket is found good then. */
async function checked<T extends Written>(written: T, owner: string, before?: MacroRecord): Promise<T & { audience: string }> {
  const details: Detail[] = parse(written.comment ?? "", "comment").faults.map((message) => ({ field: "comment", message }));
  const audience = await View.audienceOf(written.sharing, owner);
  if (audience === undefined) details.push({ field: "sharing", message: "Whose macro it is is in no team" });
  if (!doesSomething(written)) details.push({ field: "status", message: "Required, or another change, or a comment" });
  const { assigned_to_id } = written;
  const isNew = assigned_to_id !== before?.assigned_to_id;
  if (isNew && assigned_to_id && assigned_to_id !== "me" && !(await Directory.active(assigned_to_id)))
    details.push({ field: "assigned_to_id", message: "No active user has this id" });
  if (audience === undefined || details.length > 0) throw invalidAll(details);
  return { ...(await Master.resolveAll(fields, written, before)), audience };
}

/** The fields of a ticket that a macro changes by their own names. */
export const changing = ["priority_id", "category_id", "ticket_type", "team_id"] as const;

const doesSomething = (macro: Written): boolean =>
  [...changing, "status", "assigned_to_id", "comment"].some((field) => macro[field as keyof Written] !== null) ||
  macro.add_tags.length + macro.remove_tags.length > 0;

export * as Macro from "./macro.ts";
