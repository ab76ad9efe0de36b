import * as z from "zod";
import { findPin, useActorId } from "../../kernel/context.ts";
import { type ErrorDetail, forbidden, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { Json } from "../../kernel/json.ts";
import { anyOf, IdInput, patchSchema, type StoredFields, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { parseMergeFields } from "../../messaging/template/merge-fields.rules.ts";
import { Master } from "../../platform/master-data/master.ts";
import { View } from "../../platform/saved-view/saved-view.ts";
import { Directory } from "../../platform/user/directory.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { fields, type MacroRecord, Macros, Stored } from "./macro.entity.ts";

/**
 * Macros: several changes and a comment in one step. They are shared with their owner, a team or everyone, like views (docs/service/tickets.md,
 * Macros).
 */

export const Info = Stored;
export const Row = rowSchema(Stored, Macros.definition.row);

const Query = listSchema(Macros, {});

export const list = fn(Query, (input) => View.runAsAudience(() => listRecords(Macros, buildListQuery(Macros, input))));

export const get = fn(IdInput, ({ id }) => View.runAsAudience(() => Records.read(Macros, id)));

/** A macro needs at least one change or a comment. */
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
  const macro = Records.init(Macros, await validateMacro(toStoredFields(fields, input), useActorId()));
  return transaction().create(Macros, macro).commit(macro);
});

export const update = fn(patchSchema(fields).extend(IdInput.shape), ({ id, ...patch }) =>
  View.runAsAudience(() =>
    Records.change(Macros, id, async (current) => {
      requireOwner(current);
      return {
        ...current,
        ...(await validateMacro({ ...current, ...toStoredPatch(fields, patch) }, current.created_by, current)),
      };
    }),
  ),
);

export const remove = fn(IdInput, ({ id }) => View.runAsAudience(() => Records.remove(Macros, id, requireOwner)));

export const restore = fn(IdInput, ({ id }) => View.runAsAudience(() => Records.restore(Macros, id, requireOwner)));

function requireOwner(macro: MacroRecord): MacroRecord {
  if (macro.created_by === useActorId()) return macro;
  throw forbidden("Only the owner can change this macro: create your own");
}

type MacroFields = StoredFields<typeof fields>;

/** Returns the fields of macros by their ids, for work that applies the macros as they are now, however they change. */
export async function loadPins(ids: readonly string[]): Promise<Record<string, Json>> {
  const macros = await Records.loadMany(Macros, ids);
  return Object.fromEntries(macros.flatMap((macro) => (macro ? [[macro.id, pickEffects(macro)]] : [])));
}

const pickEffects = (macro: MacroRecord): Json => Object.fromEntries(effectFields.map((field) => [field, macro[field] as Json]));

/** Returns a macro as the present work applies it: as it was approved, or as it is now. */
export const applyPin = (macro: MacroRecord): MacroRecord => ({ ...macro, ...PinnedEffects.parse(findPin(macro.id) ?? {}) });

/** Checks and resolves the input, and adds the audience. The changes are checked when the macro is applied to a ticket. */
async function validateMacro<T extends MacroFields>(
  macro: T,
  owner: string,
  before?: MacroRecord,
): Promise<T & { audience: string }> {
  const details: ErrorDetail[] = parseMergeFields(macro.comment ?? "", "comment").faults.map((message) => ({
    field: "comment",
    message,
  }));
  const audience = await View.resolveAudience(macro.sharing, owner);
  if (audience === undefined) details.push({ field: "sharing", message: "The owner of the macro is in no team" });
  if (!hasEffect(macro)) details.push({ field: "status", message: "Required if there is no other change and no comment" });
  const { assigned_to_id } = macro;
  const isNew = assigned_to_id !== before?.assigned_to_id;
  if (isNew && assigned_to_id && assigned_to_id !== "me" && !(await Directory.findActive(assigned_to_id)))
    details.push({ field: "assigned_to_id", message: "No active user has this id" });
  if (audience === undefined || details.length > 0) throw invalidAll(details);
  return { ...(await Master.resolveAll(fields, macro, before)), audience };
}

/** The ticket fields that a macro sets under the same names. */
export const ticketFields = ["priority_id", "category_id", "ticket_type", "team_id"] as const;

/** The fields of a macro that change a ticket. */
const { name: _name, description: _description, sharing: _sharing, ...effects } = Stored.omit({ audience: true }).shape;
const effectFields = Object.keys(effects) as (keyof typeof effects)[];
const PinnedEffects = z.object(effects).partial();

const hasEffect = (macro: MacroFields): boolean =>
  [...ticketFields, "status", "assigned_to_id", "comment"].some((field) => macro[field as keyof MacroFields] !== null) ||
  macro.add_tags.length + macro.remove_tags.length > 0;

export * as Macro from "./macro.ts";
