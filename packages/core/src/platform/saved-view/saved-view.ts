import * as z from "zod";
import { runIn, useActorId, useContext } from "../../kernel/context.ts";
import { type ErrorDetail, forbidden, invalid, invalidAll, isFailure } from "../../kernel/error.ts";
import { fn, toErrorDetails } from "../../kernel/fn.ts";
import { registryName } from "../../kernel/registry.ts";
import { IdInput, patchSchema, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { findKind, loadCollectionByName } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { CustomFields } from "../custom-field/values.ts";
import { Master } from "../master-data/master.ts";
import { Directory } from "../user/directory.ts";
import { fields, Stored, type ViewRecord, Views } from "./saved-view.entity.ts";

/** Views: saved lists with conditions, order and columns, for one user, their team or everyone. */

export const Info = Stored;
export const Row = rowSchema(Stored, Views.definition.row);

export const EVERYONE = "everyone";

/** Runs `work` with access to views for the caller, for their team, and for everyone. Views have an audience in place of an owner. */
export async function runAsAudience<T>(work: () => Promise<T>): Promise<T> {
  const team = await Directory.findTeamId(useActorId());
  const audiences = new Set([useActorId(), EVERYONE, ...(team ? [team] : [])]);
  return runIn({ ...useContext(), visibleOwners: async () => audiences }, work);
}

const Query = listSchema(Views, { kind: registryName("kinds").optional() });

export const list = fn(Query, (input) => runAsAudience(() => listRecords(Views, buildListQuery(Views, input))));

export const get = fn(IdInput, ({ id }) => runAsAudience(() => Records.read(Views, id)));

/** Returns the views with these ids that the caller may see. */
export const findReadable = (ids: readonly string[]): Promise<ReadonlyMap<string, ViewRecord>> =>
  runAsAudience(() => Records.findVisibleByIds(ids.map((id) => ({ kind: Views.kind, id })))) as Promise<
    ReadonlyMap<string, ViewRecord>
  >;

export const create = fn(
  z.strictObject({ kind: registryName("kinds").describe("Kind of the records in the list; cannot be changed"), ...fields }),
  async ({ kind, ...input }) => {
    const view = Records.init(Views, { kind, ...(await resolveView(kind, toStoredFields(fields, input), useActorId())) });
    return transaction().create(Views, view).commit(view);
  },
);

export const update = fn(patchSchema(fields).extend({ id: text(64) }), ({ id, ...patch }) =>
  runAsAudience(() =>
    Records.change(Views, id, async (current) => {
      requireOwn(current);
      return {
        ...current,
        ...(await resolveView(current.kind, { ...current, ...toStoredPatch(fields, patch) }, current.created_by)),
      };
    }),
  ),
);

export const remove = fn(IdInput, ({ id }) => runAsAudience(() => Records.remove(Views, id, requireOwn)));

export const restore = fn(IdInput, ({ id }) => runAsAudience(() => Records.restore(Views, id, requireOwn)));

function requireOwn(view: ViewRecord): ViewRecord {
  if (view.created_by === useActorId()) return view;
  throw forbidden("Only the owner can change a view: create your own");
}

type ViewInput = StoredFields<typeof fields>;

/** Returns the audience of a shared view; undefined if it is for a team and the owner is in none. */
export async function resolveAudience(sharing: ViewRecord["sharing"], owner: string): Promise<string | undefined> {
  if (sharing === "EVERYONE") return EVERYONE;
  return sharing === "TEAM" ? Directory.findTeamId(owner) : owner;
}

/** Validates a view and returns it with its audience. */
async function resolveView<T extends ViewInput>(kind: string, view: T, owner: string): Promise<T & { audience: string }> {
  const details: ErrorDetail[] = await validateQuery(kind, view.query);
  const audience = await resolveAudience(view.sharing, owner);
  if (audience === undefined) details.push({ field: "sharing", message: "The owner of the view is in no team" });
  if (audience === undefined || details.length > 0) throw invalidAll(details);
  return { ...view, audience };
}

/** Returns the errors that the list of the kind would report for a query. */
async function validateQuery(
  name: string,
  { fields: fieldList, expand: _beside, ...query }: ViewInput["query"],
): Promise<ErrorDetail[]> {
  const kind = findKind(name);
  if (!kind?.path || !kind.load) throw invalid("kind", "Must be a kind that has a list");
  const collection = await loadCollectionByName(name);
  const schema = listSchema(collection, { paths: pathParameters() });
  const parameters = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== null && value !== undefined));
  const { data, error } = schema.safeParse(parameters);
  const columns = fieldList ? fieldList.split(",").map((column) => column.trim().split(".")[0] ?? "") : [];
  const unknown = columns.filter((column) => !collection.fields.includes(column) && !collection.row.has(column));
  const details = unknown.map((column) => ({ field: "query.fields", message: `Unknown field of this kind: ${column}` }));
  if (error) return [...toErrorDetails(error, ["query"]), ...details];
  try {
    await CustomFields.requireVisible(collection, data);
    await Master.resolveAll(schema.shape, data, data);
    return details;
  } catch (failure) {
    if (!isFailure(failure, "VALIDATION_ERROR")) throw failure;
    return [...failure.details.map(({ field, message }) => ({ field: `query.${field}`, message })), ...details];
  }
}

export * as View from "./saved-view.ts";
