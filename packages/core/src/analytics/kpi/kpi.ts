import * as z from "zod";
import { useActorId, useSettings } from "../../kernel/context.ts";
import { forbidden, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf, patchSchema, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { resolveAudience, runAsAudience } from "../../platform/saved-view/saved-view.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { figureNames, findFigure } from "../figure/figure-registry.ts";
import { normalizeTarget } from "../target/target-value.rules.ts";
import { fields, type KpiRecord, Kpis, Stored } from "./kpi.entity.ts";
import { readKpis, valueShape } from "./kpi-values.ts";

/** KPIs: figures with a target and a period, which users share as views (docs/analytics/kpis.md). */

export const Info = Stored;
export const Row = rowSchema(Stored, Kpis.definition.row);
/** A KPI with its value. */
export const Result = z.object({ ...Stored.shape, ...valueShape });
const Create = z.strictObject(fields);

const Query = listSchema(Kpis, { figure: oneOf(figureNames).optional() });

export const list = fn(Query, (input) => runAsAudience(() => listRecords(Kpis, buildListQuery(Kpis, input))));

/** Returns the KPIs with these ids that the caller may see. */
export const findReadable = (ids: readonly string[]): Promise<ReadonlyMap<string, KpiRecord>> =>
  runAsAudience(() => Records.findVisibleByIds(ids.map((id) => ({ kind: Kpis.kind, id })))) as Promise<
    ReadonlyMap<string, KpiRecord>
  >;

/** Reads a KPI with the value of the records that the caller sees. */
export const get = fn(IdInput, async ({ id }) => {
  const kpi = await runAsAudience(() => Records.read(Kpis, id));
  const values = (await readKpis([kpi])).get(id);
  if (!values || values instanceof Error) throw values ?? new Error(`No value of ${id}`);
  return { ...kpi, ...values };
});

export const create = fn(Create, async (input) => {
  const kpi = Records.init(Kpis, await resolveKpi(toStoredFields(fields, input), undefined, useActorId()));
  return transaction().create(Kpis, kpi).commit(kpi);
});

export const replace = fn(z.strictObject({ ...fields, ...IdInput.shape }), ({ id, ...input }) =>
  edit(id, toStoredFields(fields, input)),
);

export const update = fn(patchSchema(fields).extend({ id: text(64) }), ({ id, ...patch }) =>
  edit(id, toStoredPatch(fields, patch)),
);

const edit = (id: string, changes: Partial<KpiFields>): Promise<KpiRecord> =>
  runAsAudience(() =>
    Records.change(Kpis, id, async (current) => {
      requireOwn(current);
      return { ...current, ...(await resolveKpi({ ...current, ...changes }, current, current.created_by)) };
    }),
  );

export const remove = fn(IdInput, ({ id }) => runAsAudience(() => Records.remove(Kpis, id, requireOwn)));

export const restore = fn(IdInput, ({ id }) => runAsAudience(() => Records.restore(Kpis, id, requireOwn)));

function requireOwn(kpi: KpiRecord): KpiRecord {
  if (kpi.created_by === useActorId()) return kpi;
  throw forbidden("Only the owner can change a KPI: create your own");
}

type KpiFields = StoredFields<typeof fields>;

/** Checks a KPI and returns it with its audience. */
async function resolveKpi(input: KpiFields, before: KpiRecord | undefined, owner: string) {
  const kpi = await Master.resolveAll(fields, input, before);
  const [, second] = (["user_id", "team_id", "territory_id"] as const).filter((field) => kpi[field] !== null);
  if (second) throw invalid(second, "A KPI has only one of user_id, team_id and territory_id");
  const audience = await resolveAudience(kpi.sharing, owner);
  if (audience === undefined) throw invalid("sharing", "The owner of the KPI is in no team");
  return { ...kpi, ...resolveTarget(kpi), audience };
}

function resolveTarget({ figure, target_type, target_value, currency }: KpiFields) {
  if (target_type === "TARGETS") {
    if (target_value !== null) throw invalid("target_value", "Only for the target type FIXED: leave it out");
    return { target_value: null, currency: null };
  }
  if (target_value === null) throw invalid("target_value", "Required for the target type FIXED");
  const { unit } = findFigure(figure);
  const normalized = normalizeTarget(unit, { value: target_value, currency }, useSettings().currency, "target_value");
  return { target_value: normalized.value, currency: normalized.currency };
}

export * as Kpi from "./kpi.ts";
