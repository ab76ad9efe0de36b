import type * as z from "zod";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { registryName } from "../../kernel/registry.ts";
import { oneLine, query, text } from "../../kernel/schema.ts";
import { parseSearchTerms, textSearchWords, textSortKey } from "../../kernel/text.ts";
import { InMemoryList } from "../../storage/read/in-memory-list.ts";
import { listSchema } from "../../storage/read/list.ts";
import { matchesTerms } from "../../storage/read/search.ts";
import { pad } from "../../storage/table/collection.ts";
import { kindParameter } from "./kind-parameter.ts";
import { fieldsForKind, type MasterRecord, Masters } from "./master.entity.ts";
import { COUNTRIES, STATES } from "./shared.masters.ts";
import { loadValues, resolve } from "./values.ts";

/** The list of a kind's values. The values are in memory, so filters, orders and pages are applied there. */

const sortKeys = {
  sequence: (value: MasterRecord) => `${pad(value.sequence, 6)} ${textSortKey(value.name)}`,
  name: (value: MasterRecord) => textSortKey(value.name),
  created_at: (value: MasterRecord) => value.created_at,
};

/** The query parameters that every kind has. */
export const KindListQuery = listSchema(
  Masters,
  {
    search: text(200).optional().describe("Words; each must begin a word of the name or the code"),
    is_active: query.boolean().optional(),
  },
  { isWhole: true },
).extend({
  sort: InMemoryList.buildSortSchema(Masters, sortKeys).optional().describe("Defaults to the order of display"),
});

export const Query = KindListQuery.extend({
  kind: kindParameter,
  parent_id: text(64).optional().describe("For trees: the parent value, by id or code"),
  country: oneLine(64).optional().describe("For states: the country, by id or code"),
  state: oneLine(64).optional().describe("For cities: the state, by id or code"),
});

/** The query of an export. The kind stays a name, because the query is stored until the file is made. */
export const ExportQuery = Query.extend({ kind: registryName("masters").describe("Kind of the master data") });

type ListInput = Omit<z.output<typeof Query>, "kind"> & { kind: MasterKind };

export const list = fn(Query, (input) => listValues(input));

/** Returns all values that match, both the tenant's own and unchanged defaults. */
export async function listAllValues(
  query: Omit<ListInput, "page" | "limit" | "sort" | "order" | "cursor">,
  nameOf?: (value: MasterRecord) => string,
): Promise<MasterRecord[]> {
  const isMatch = await buildFilter(query, nameOf);
  const { byId } = await loadValues(query.kind);
  return [...byId.values()].filter(isMatch);
}

/** Returns a page of values. `nameOf` gives another name of a value by which it is also found. */
export const listValues = (
  { page, limit, sort, order: requestedOrder, cursor, ...query }: ListInput,
  nameOf?: (value: MasterRecord) => string,
) => {
  const { order, readSortKey } = InMemoryList.resolveQuery(Masters, { sort, order: requestedOrder }, sortKeys);
  return InMemoryList.paginate(
    { page, limit, order, cursor },
    {
      fingerprint: JSON.stringify([sort, order, Object.entries({ ...query, kind: query.kind.name }).sort()]),
      values: () => listAllValues(query, nameOf),
      sortKey: sort === undefined || sort === "sequence" ? displayOrderKey : readSortKey,
    },
  );
};

/** Returns the predicate for the list's filters. */
async function buildFilter(
  input: Omit<ListInput, "page" | "limit" | "sort" | "order" | "cursor">,
  nameOf: (value: MasterRecord) => string = () => "",
): Promise<(value: MasterRecord) => boolean> {
  const { kind, search, is_active, parent_id: _parent, country: _country, state: _state, deleted = false, ...fields } = input;
  const { passes } = InMemoryList.resolveQuery(Masters, fields, sortKeys);
  const [parent_id, country_id, state_id] = await Promise.all([
    resolveFilter(input, "parent_id", "parent_id", kind),
    resolveFilter(input, "country", "country_id", COUNTRIES),
    resolveFilter(input, "state", "state_id", STATES),
  ]);
  const terms = search === undefined || search.trim() === "" ? undefined : parseSearchTerms(search);
  return (value) =>
    Boolean(value.deleted_at) === deleted &&
    passes(value) &&
    (is_active === undefined || value.is_active === is_active) &&
    (parent_id === undefined || value.parent_id === parent_id) &&
    (country_id === undefined || value.country_id === country_id) &&
    (state_id === undefined || value.state_id === state_id) &&
    (terms === undefined ||
      (terms.length > 0 && matchesTerms([value.name, value.code, nameOf(value)].flatMap(textSearchWords), terms)));
}

/** Returns the id that a filter names; refuses kinds without that column. */
async function resolveFilter(
  input: { kind: MasterKind } & { [F in "parent_id" | "country" | "state"]?: string | undefined },
  filter: "parent_id" | "country" | "state",
  column: string,
  among: MasterKind,
): Promise<string | undefined> {
  const filterValue = input[filter];
  if (filterValue === undefined) return undefined;
  if (!(column in fieldsForKind(input.kind))) throw invalid(filter, `Not available for ${input.kind.label}`);
  return resolve(among, filterValue, filter, filterValue);
}

const displayOrderCache = new WeakMap<MasterRecord, string>();

/** Cached, so that the order of the 5,000 states is not computed in each request. */
export function displayOrderKey(value: MasterRecord): string {
  const key = displayOrderCache.get(value) ?? `${sortKeys.sequence(value)}#${value.id}`;
  displayOrderCache.set(value, key);
  return key;
}
