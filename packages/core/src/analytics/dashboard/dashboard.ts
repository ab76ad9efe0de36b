import * as z from "zod";
import { useActor, useActorId } from "../../kernel/context.ts";
import { forbidden, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, patchSchema, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { resolveAudience, runAsAudience, View } from "../../platform/saved-view/saved-view.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { Kpi } from "../kpi/kpi.ts";
import { Report } from "../report/report.ts";
import { type DashboardRecord, Dashboards, fields, Stored } from "./dashboard.entity.ts";
import { dataParameters, type Parameters, readTiles } from "./dashboard-data.ts";
import { defaultDashboards } from "./default-dashboards.ts";
import { Tile, validateTiles } from "./tile.rules.ts";

/** Dashboards: layouts of tiles that users share as views, and their data (docs/analytics/dashboards.md). */

export const Info = Stored;
export const Row = rowSchema(Stored, Dashboards.definition.row);
export { Answer as Data } from "./dashboard-data.ts";
/** The dashboard that the product has for a role. */
export const Default = z.object({
  name: z.string(),
  role: z.string(),
  span: Stored.shape.span,
  tiles: z.array(Tile),
});

export const list = fn(listSchema(Dashboards, {}), (input) =>
  runAsAudience(() => listRecords(Dashboards, buildListQuery(Dashboards, input))),
);

/** Returns the dashboards with these ids that the caller may see. */
export const findReadable = (ids: readonly string[]): Promise<ReadonlyMap<string, DashboardRecord>> =>
  runAsAudience(() => Records.findVisibleByIds(ids.map((id) => ({ kind: Dashboards.kind, id })))) as Promise<
    ReadonlyMap<string, DashboardRecord>
  >;

export const get = fn(IdInput, ({ id }) => readDashboard(id));

const readDashboard = (id: string): Promise<DashboardRecord> => runAsAudience(() => Records.read(Dashboards, id));

export const readData = fn(z.strictObject({ ...IdInput.shape, ...dataParameters }), async ({ id, ...parameters }) => {
  const { tiles, span } = await readDashboard(id);
  return readTiles(tiles, span, parameters);
});

const DEFAULT_SPAN = "last_30_days";

/** Returns the dashboard of the caller's role. */
function findDefault() {
  const actor = useActor();
  const [role = "USER"] = "roles" in actor ? actor.roles : [];
  return { role, span: DEFAULT_SPAN, ...defaultDashboards[role] } as const;
}

export const getDefault = fn(z.strictObject({}), async (): Promise<z.output<typeof Default>> => {
  const { tiles, ...dashboard } = findDefault();
  return { ...dashboard, tiles: [...tiles] };
});

export const readDefaultData = fn(z.strictObject(dataParameters), (parameters: Parameters) => {
  const { tiles, span } = findDefault();
  return readTiles(tiles, span, parameters);
});

export const create = fn(z.strictObject(fields), async (input) => {
  const dashboard = Records.init(Dashboards, await resolveDashboard(toStoredFields(fields, input), undefined, useActorId()));
  return transaction().create(Dashboards, dashboard).commit(dashboard);
});

export const replace = fn(z.strictObject({ ...fields, ...IdInput.shape }), ({ id, ...input }) =>
  edit(id, toStoredFields(fields, input)),
);

export const update = fn(patchSchema(fields).extend({ id: text(64) }), ({ id, ...patch }) =>
  edit(id, toStoredPatch(fields, patch)),
);

const edit = (id: string, changes: Partial<DashboardFields>): Promise<DashboardRecord> =>
  runAsAudience(() =>
    Records.change(Dashboards, id, async (current) => {
      requireOwn(current);
      return { ...current, ...(await resolveDashboard({ ...current, ...changes }, current, current.created_by)) };
    }),
  );

export const remove = fn(IdInput, ({ id }) => runAsAudience(() => Records.remove(Dashboards, id, requireOwn)));

export const restore = fn(IdInput, ({ id }) => runAsAudience(() => Records.restore(Dashboards, id, requireOwn)));

function requireOwn(dashboard: DashboardRecord): DashboardRecord {
  if (dashboard.created_by === useActorId()) return dashboard;
  throw forbidden("Only the owner can change a dashboard: create your own");
}

type DashboardFields = StoredFields<typeof fields>;

/** Checks a dashboard and returns it with its audience. */
async function resolveDashboard<D extends DashboardFields>(dashboard: D, before: DashboardRecord | undefined, owner: string) {
  const details = validateTiles(dashboard.tiles);
  if (details.length === 0) details.push(...(await findUnknown(dashboard.tiles, before?.tiles ?? [])));
  if (details.length > 0) throw invalidAll(details);
  const audience = await resolveAudience(dashboard.sharing, owner);
  if (audience === undefined) throw invalid("sharing", "The owner of the dashboard is in no team");
  return { ...dashboard, audience };
}

const references = { view: View.findReadable, report: Report.findReadable, kpi: Kpi.findReadable } as const;

/** Returns the tiles whose view, report or KPI the caller does not see. One that the dashboard already has may be gone by now. */
async function findUnknown(tiles: readonly Tile[], before: readonly Tile[]) {
  const checks = (["view", "report", "kpi"] as const).map(async (field) => {
    const known = new Set(before.flatMap((tile) => tile[field] ?? []));
    const ids = [...new Set(tiles.flatMap((tile) => tile[field] ?? []))].filter((id) => !known.has(id));
    const found = ids.length === 0 ? new Map<string, unknown>() : await references[field](ids);
    return tiles.flatMap((tile, index) => {
      const id = tile[field];
      const isUnknown = id !== undefined && !known.has(id) && !found.has(id);
      return isUnknown ? [{ field: `tiles[${index}].${field}`, message: "You see no record with this id" }] : [];
    });
  });
  return (await Promise.all(checks)).flat();
}

export * as Dashboard from "./dashboard.ts";
