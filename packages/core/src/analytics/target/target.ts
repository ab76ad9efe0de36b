import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useContext, useSettings } from "../../kernel/context.ts";
import { type ErrorDetail, forbidden, invalid, invalidAll, isFailure } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId } from "../../kernel/id.ts";
import { IdInput, oneOf, patchSchema, type StoredFields, text, toStoredFields } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Directory } from "../../platform/user/directory.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { figureNames, findFigure } from "../figure/figure-registry.ts";
import { fields, findScope, Stored, type TargetRecord, Targets } from "./target.entity.ts";
import { TARGET } from "./target.kind.ts";
import { findFirstDay } from "./target-period.rules.ts";
import { normalizeTarget } from "./target-value.rules.ts";

/** Targets: the value of a figure that a user, team, territory or the organization should have in a period (docs/analytics/targets.md). */

export const Info = Stored;
export const Row = rowSchema(Stored, Targets.definition.row);
export const Create = z.strictObject(fields);
export const Update = patchSchema(fields).extend(IdInput.shape);

const Query = listSchema(Targets, { figure: oneOf(figureNames).optional(), period: text(7).toUpperCase().optional() });

export const list = fn(Query, (input) => listRecords(Targets, buildListQuery(Targets, input)));

type TargetFields = StoredFields<typeof fields>;
type Identity = Pick<TargetFields, "figure" | "user_id" | "team_id" | "territory_id" | "period">;
const identityFields = ["figure", "user_id", "team_id", "territory_id", "period"] as const;

/** Returns the id of a target. It is derived from the values that identify it, so that two concurrent writes meet in one record. */
const targetId = (target: Identity): string =>
  derivedId(TARGET, Date.parse(findFirstDay(target.period)), `${target.figure} ${findScope(target)} ${target.period}`);

const isSame = (target: Identity, other: Identity): boolean => identityFields.every((field) => target[field] === other[field]);

/** Returns the stored target of the same figure, scope and period, if the caller sees it. */
export async function findSame(input: z.output<typeof Create>): Promise<TargetRecord | undefined> {
  const resolved = await Master.resolveAll(fields, toStoredFields(fields, input));
  return Records.find(Targets, targetId(resolved));
}

/** Sets a target. An existing one gets the new value, and a deleted one is restored. */
export const create = fn(Create, async (input) => {
  const target = await resolveTarget(toStoredFields(fields, input));
  const id = targetId(target);
  return retryOnConflict(async () => {
    const existing = await Records.load(Targets, id);
    if (!existing) {
      // `Records.init` takes the time from the id, which is the first day of the period. The target was created now.
      const now = Clock.now();
      const created = {
        ...Records.init(Targets, { ...target, period_start: findFirstDay(target.period) }, { id }),
        created_at: now,
        updated_at: now,
      };
      return transaction()
        .create(Targets, created, () => new WriteConflict("The target was written concurrently"))
        .commit(created);
    }
    if (!isSame(existing, target)) throw new Error(`Two targets have the id ${id}`);
    const { value, currency } = target;
    const next = (current: TargetRecord): TargetRecord => ({ ...current, value, currency, deleted_at: null });
    try {
      return await Records.change(Targets, id, next, { deleted: existing.deleted_at !== null });
    } catch (error) {
      if (!isFailure(error, "NOT_FOUND")) throw error;
      throw new WriteConflict("The target was deleted or restored concurrently");
    }
  });
});

/** Deletes and restores as `edit` writes: only who may set a target may remove it. */
async function requireScope(target: TargetRecord): Promise<TargetRecord> {
  await requireWritableScope(target);
  return target;
}

export const { get, replace, update, remove, restore } = createRecordVerbs(Targets, fields, {
  async edit(current, changes) {
    const next = { ...current, ...changes };
    const resolved = await Master.resolveAll(fields, next, current);
    const changed = identityFields.filter((field) => resolved[field] !== current[field]);
    if (changed.length > 0)
      throw invalidAll(changed.map((field): ErrorDetail => ({ field, message: "Cannot be changed: create another target" })));
    await requireWritableScope(current);
    const { unit } = findFigure(current.figure);
    return { ...current, ...normalizeTarget(unit, next, useSettings().currency) };
  },
  remove: requireScope,
  restore: requireScope,
});

/** Checks a new target and returns it in stored form. */
async function resolveTarget(input: TargetFields): Promise<TargetFields> {
  const owners = (["user_id", "team_id", "territory_id"] as const).filter((field) => input[field] !== null);
  const [, second] = owners;
  if (second) throw invalid(second, "A target has only one of user_id, team_id and territory_id");
  const target = await Master.resolveAll(fields, input);
  await requireWritableScope(target);
  return { ...target, ...normalizeTarget(findFigure(target.figure).unit, target, useSettings().currency) };
}

/** Leaders set targets of users and teams whom they see. Targets of territories and of the organization need to see all users. */
async function requireWritableScope(target: Identity): Promise<void> {
  const visible = await useContext().visibleOwners();
  if (visible === "all") return;
  const { user_id, team_id } = target;
  if (user_id !== null) {
    if (!visible.has(user_id)) throw invalid("user_id", "No user whose records you see has this id");
    return;
  }
  if (team_id === null)
    throw forbidden("Only users who see the records of all users can set targets of a territory or the organization");
  if (!(await Directory.listVisibleTeams()).has(team_id)) throw forbidden("You can set targets of your own teams only");
}

export * as Target from "./target.ts";
