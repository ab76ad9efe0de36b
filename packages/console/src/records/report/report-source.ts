import type { Field, Kind, KindSummary } from "../../api/kind.ts";

/** The kind of a report with the fields of the records that its rows name, as one kind: `customer.industry_id` is a field of it. */

/** Records that a field of the kind names. */
export interface RelatedSource {
  /** As in `customer.industry_id`. */
  readonly name: string;
  readonly label: string;
  readonly kind: string;
}

/** Rows do not have these. */
const UNLISTED = new Set(["updated_by", "updated_at"]);

/** Lists the related records whose fields a report can use, each once. */
export function listRelatedSources(kind: Kind, kinds: readonly Pick<KindSummary, "kind">[]): RelatedSource[] {
  const byField = Map.groupBy(kind.expand, ({ field }) => field);
  return [...byField].flatMap(([name, entries]): RelatedSource[] => {
    const field = kind.fields.find((candidate) => candidate.name === name);
    const record = field?.record;
    if (!field?.visible || field.multiple || record === undefined || UNLISTED.has(name)) return [];
    if (!kind.row.includes(name) || !kinds.some((candidate) => candidate.kind === record)) return [];
    const best = entries.find((entry) => entry.name === name.replace(/_id$/, "")) ?? entries[0];
    return best ? [{ name: best.name, label: field.label, kind: record }] : [];
  });
}

const prefixField = (field: Field, { name, label }: RelatedSource): Field => ({
  ...field,
  name: `${name}.${field.name}`,
  label: `${label}: ${field.label}`,
  ...(field.currency_field === undefined ? {} : { currency_field: `${name}.${field.currency_field}` }),
});

/** Joins a kind with the kinds of its related records. */
export function joinRelated(kind: Kind, related: readonly { readonly source: RelatedSource; readonly kind: Kind }[]): Kind {
  const filters = related.flatMap(({ source, kind: other }) =>
    other.filters
      .filter(({ name, field }) => field === name)
      .map((filter) => ({ ...filter, name: `${source.name}.${filter.name}`, field: `${source.name}.${filter.field}` })),
  );
  const fields = related.flatMap(({ source, kind: other }) => other.fields.map((field) => prefixField(field, source)));
  return { ...kind, filters: [...kind.filters, ...filters], fields: [...kind.fields, ...fields] };
}

/** The fields of a report: those by which the list can be filtered, in the order of their labels; those of related records after the own ones. */
export function listReportFields(source: Pick<Kind, "fields" | "filters">, locale: string): Field[] {
  const fields = new Map(source.fields.map((field) => [field.name, field]));
  const isRelated = ({ name }: Field): boolean => name.includes(".");
  return source.filters
    .flatMap(({ name, field }) => {
      const found = field === name ? fields.get(name) : undefined;
      // A reference to records of several kinds has no name in a result.
      const isNamed = found?.type !== "reference" || found.record !== undefined;
      return found?.visible && isNamed && !UNLISTED.has(name.split(".").at(-1) ?? "") ? [found] : [];
    })
    .sort((a, b) => Number(isRelated(a)) - Number(isRelated(b)) || a.label.localeCompare(b.label, locale));
}

export const isNumeric = ({ type }: Field): boolean => type === "integer" || type === "number" || type === "money";
export const isTime = ({ type }: Field): boolean => type === "date" || type === "instant";
/** A day is also in some texts, such as `created_day`. */
export const isDay = (field: Field): boolean => isTime(field) || (field.type === "text" && field.name.endsWith("_day"));
