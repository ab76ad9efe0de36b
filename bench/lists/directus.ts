import { callApi, type Json } from "../server.ts";
import { type Condition, deepPage, type ListCase, listCases, type Sample } from "./cases.ts";
import type { ListSource } from "./compared-lists.ts";

/** A Directus server with the rows of a store in two collections: one as it makes them, and one with an index on each field that a list names. */
export interface DirectusServer {
  readonly url: string;
  readonly token: string;
}

/** The fields that lists name, with their types. The key is the only index that Directus makes by itself. */
const fields: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      "lead_number personal_key_id display_name first_name last_name email phone mobile company job_title lead_status_id",
      "lead_source_id owner_id rating product_line currency insurance_type_id territory_id follow_up_priority source_campaign_id",
      "created_by person_sight",
    ].flatMap((names) => names.split(" ").map((name) => [name, "string"])),
  ),
  ...{ lead_score: "integer", budget: "decimal", is_qualified: "boolean", is_converted: "boolean", tags: "csv" },
  ...Object.fromEntries(
    "created_at status_changed_at converted_date next_contact_date last_activity_date"
      .split(" ")
      .map((name) => [name, "timestamp"]),
  ),
};
const decimal = { numeric_precision: 15, numeric_scale: 2 };

const collections = [
  { name: "crm_leads", isIndexed: false, title: "Directus" },
  { name: "crm_leads_indexed", isIndexed: true, title: "Directus, indexed" },
] as const;

/** Fields by which any list of the bench filters or sorts. */
const listedFields = (sample: Sample): ReadonlySet<string> =>
  new Set([
    "created_at",
    ...listCases.flatMap(({ any, sort }) => [
      ...any(sample).flatMap((group) => group.map(({ field }) => field)),
      ...sort.map((field) => field.replace(/^-/, "")),
    ]),
  ]);

/** Fills the collections with rows, unless they have as many already, and returns them as sources of lists. */
export async function openDirectus(
  { url, token }: DirectusServer,
  rows: () => AsyncGenerator<Json[]>,
  { count, sample }: { count: number; sample: Sample },
): Promise<ListSource[]> {
  const send = (method: string, path: string, body?: unknown): Promise<Json> => callApi(url, method, path, token, body);
  const { data: existing } = await send("GET", "/collections");
  const indexed = listedFields(sample);
  const fill = async ({ name, isIndexed }: (typeof collections)[number]): Promise<void> => {
    const isThere = existing.some(({ collection }: Json) => collection === name);
    if (isThere && (await countRows(send, name)) === count) return;
    if (isThere) await send("DELETE", `/collections/${name}`);
    await send("POST", "/collections", buildCollection(name, isIndexed ? indexed : new Set()));
    const started = performance.now();
    for await (const page of rows()) await send("POST", `/items/${name}?fields=id`, page.map(toItem));
    console.error(`${count} rows in Directus' ${name} after ${((performance.now() - started) / 1000).toFixed(0)} s`);
  };
  await Promise.all(collections.map(fill));
  return collections.map(({ name, title }) => ({
    name: title,
    async ask(list, lead) {
      const { data, meta } = await send("GET", `/items/${name}?${buildQuery(list, lead, count)}`);
      return { rows: data.length, total: meta.filter_count, isExact: true };
    },
  }));
}

const countRows = async (send: (method: string, path: string) => Promise<Json>, name: string): Promise<number> =>
  (await send("GET", `/items/${name}?limit=1&meta=total_count`)).meta.total_count;

/** Directus keeps no history of these rows, so that they are in it sooner; lists do not depend on that. */
const buildCollection = (collection: string, indexed: ReadonlySet<string>) => ({
  ...{ collection, schema: {}, meta: { accountability: null } },
  fields: [
    { field: "id", type: "string", schema: { is_primary_key: true, length: 64 }, meta: {} },
    ...Object.entries(fields).map(([field, type]) => ({
      ...{ field, type, meta: type === "csv" ? { special: ["cast-csv"] } : {} },
      schema: { is_indexed: indexed.has(field), ...(type === "decimal" ? decimal : {}) },
    })),
  ],
});

const toItem = (row: Json): Json => ({
  id: row.id,
  ...Object.fromEntries(Object.keys(fields).map((field) => [field, row[field]])),
  tags: row.tags.length === 0 ? null : row.tags,
});

const operatorNames: Readonly<Record<Condition["operator"], string>> = {
  ...{ eq: "_eq", ne: "_neq", in: "_in", gte: "_gte", lt: "_lt", lte: "_lte" },
  ...{ prefix: "_istarts_with", contains: "_icontains", has: "_contains", is_null: "_null" },
};

function toFilter({ field, operator, value }: Condition): Json {
  if (operator === "is_null") return { [field]: { [value === "true" ? "_null" : "_nnull"]: true } };
  return { [field]: { [operatorNames[operator]]: value } };
}

/** The same list: the same conditions, order and page, with the number of all rows that match. */
function buildQuery({ any, sort, page }: ListCase, sample: Sample, rows: number): URLSearchParams {
  const groups = any(sample).map((group) => ({ _and: group.map(toFilter) }));
  const hasFilter = groups.some(({ _and }) => _and.length > 0);
  return new URLSearchParams({
    ...{ limit: "20", meta: "filter_count", sort: sort.length > 0 ? sort.join(",") : "-created_at" },
    ...(hasFilter ? { filter: JSON.stringify(groups.length > 1 ? { _or: groups } : groups[0]) } : {}),
    // Directus has no cursors: the second page is the same twenty rows.
    ...(page ? { page: String(page === "deep" ? deepPage(rows) : 2) } : {}),
  });
}
