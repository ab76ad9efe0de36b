import { runIn, useContext } from "../../kernel/context.ts";
import { type ErrorDetail, Failure, invalidAll, isFailure } from "../../kernel/error.ts";
import { toErrorDetails } from "../../kernel/fn.ts";
import type { MasterReference } from "../../kernel/schema.ts";
import type { Exportable } from "../../platform/export/exportable.ts";
import { Master } from "../../platform/master-data/master.ts";
import { requireRowQuery } from "../../storage/read/change-list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { conditionsSchema, type FilterExpression, type WhereClause, WhereClauses } from "../../storage/read/where-clause.ts";
import type { Definition } from "./definition.ts";
import { buildPlan, conditionPath, type ReportPlan } from "./plan.rules.ts";
import type { ReportField } from "./report-field.rules.ts";
import { type LineSource, loadSource, loadTab, type RelatedSource, type ReportSource, type TabSource } from "./source.ts";

/** A report that can be run: its definition, resolved for the caller. */
export interface PreparedReport {
  readonly source: ReportSource;
  readonly plan: ReportPlan;
  /** The list that is walked: the conditions on fields of the kind itself. */
  readonly query: ListQuery;
  /** Conditions on fields of related records. */
  readonly condition: FilterExpression | undefined;
  /** The related records whose fields the report uses. */
  readonly related: readonly RelatedSource[];
  readonly tabs: readonly PreparedTab[];
}

/** A condition on records of another kind that name those of the report. */
export interface PreparedTab extends TabSource {
  readonly query: ListQuery;
  readonly has: boolean;
  /** Its path in the definition. */
  readonly path: string;
}

/** Runs work with the instant to which relative dates refer, in the time zone of the reader, as lists do. */
export async function runAtTime<T>(at: string, work: () => Promise<T>, timezone?: string): Promise<T> {
  return runIn({ ...useContext(), relativeTime: { at, timezone: timezone ?? (await findReaderZone()) } }, work);
}

/** Returns the time zone of relative dates: that of the reader, or else of the tenant. */
export async function findReaderZone(): Promise<string> {
  const { findTimeZone, settings } = useContext();
  return (await findTimeZone?.()) ?? settings.timezone;
}

/**
 * Checks a definition and resolves it for the caller. `path` is the path of the definition in the request. Throws VALIDATION_ERROR with all
 * errors, and FORBIDDEN if the caller may not read the kind.
 */
export async function prepareReport(kindName: string, definition: Definition, path = ""): Promise<PreparedReport> {
  const base = path === "" ? "" : `${path}.`;
  const source = await loadSource(kindName, `${base}kind`);
  const checks = new DefinitionChecks(base);
  const { own, related } = source.lines
    ? splitLineWhere(definition.where ?? {}, source.lines)
    : splitWhere(definition.where ?? {}, source);
  const ownPath = source.lines ? `${base}where.${source.lines.name}` : `${base}where`;
  const query = await checks.collect(() => buildQuery(source.exportable, own, ownPath));
  const condition = related && (await checks.collect(() => parseCondition(source, related, `${base}where`)));
  const conditions = new Map<string, FilterExpression>();
  for (const [index, measure] of (definition.measures ?? []).entries())
    for (const part of ["where", "over"] as const) {
      const where = measure[part];
      const name = conditionPath(index, part);
      const parsed = where && (await checks.collect(() => parseCondition(source, where, base + name)));
      if (parsed) conditions.set(name, parsed);
    }
  const tabs: PreparedTab[] = [];
  if (source.lines && definition.with?.length)
    checks.details.push({
      field: `${base}with`,
      message: `Not for reports over lines: leave it out, or report over the kind ${source.lines.name}`,
    });
  for (const [index, { tab, where = {}, has }] of (definition.with ?? []).entries()) {
    const tabPath = `${base}with[${index}]`;
    const prepared = await checks.collect(async () => {
      const found = await loadTab(tab, source.exportable.collection.kind, `${tabPath}.tab`);
      return { ...found, has, path: tabPath, query: await buildQuery(found.exportable, where, `${tabPath}.where`) };
    });
    if (prepared) tabs.push(prepared);
  }
  const { plan, details } = buildPlan(definition, await loadPositions(source.fields, definition), conditions);
  checks.details.push(...details.map(({ field, message }) => ({ field: base + field, message })));
  if (checks.details.length > 0 || !query) throw invalidAll(checks.details);
  return { source, plan, query, condition, related: listUsedSources(source, plan, [condition, ...conditions.values()]), tabs };
}

/** Returns the fields, those by which a report orders its rows with the order of their master data. */
async function loadPositions(
  fields: ReportSource["fields"],
  { group_by = [], sort = [] }: Definition,
): Promise<ReportSource["fields"]> {
  const names = new Set([...group_by.map(({ field }) => field), ...sort.map(({ by }) => by)]);
  const ordered = [...names].map(async (name): Promise<[string, ReportField][]> => {
    const field = fields.get(name);
    return field?.master ? [[name, { ...field, positions: await Master.loadPositions(field.master) }]] : [];
  });
  return new Map([...fields, ...(await Promise.all(ordered)).flat()]);
}

/** Collects the errors of all parts of a definition. */
class DefinitionChecks {
  readonly details: ErrorDetail[] = [];
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  async collect<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!isFailure(error, "VALIDATION_ERROR")) throw error;
      const fallback = { field: this.#base.slice(0, -1), message: error.message };
      this.details.push(...(error.details.length > 0 ? error.details : [fallback]));
      return undefined;
    }
  }
}

type Where = NonNullable<Definition["where"]>;

/** Separates the conditions on fields of related records from those that the list of the kind serves. */
function splitWhere(where: Where, { related }: ReportSource): { own: Where; related: Where | undefined } {
  const usesRelated = (name: string, value: unknown): boolean => {
    if (name !== "and" && name !== "or") return name.includes(".") && related.has(name.split(".")[0] ?? "");
    const parts = Array.isArray(value) ? value.filter(isObject) : [];
    return parts.some((part) => Object.entries(part).some(([inner, item]) => usesRelated(inner, item)));
  };
  const entries = Object.entries(where);
  const ofRelated = entries.filter(([name, value]) => usesRelated(name, value));
  if (ofRelated.length === 0) return { own: where, related: undefined };
  const own = entries.filter((entry) => !ofRelated.includes(entry));
  return { own: Object.fromEntries(own) as Where, related: Object.fromEntries(ofRelated) as Where };
}

/** Separates the conditions on the record that contains lines, which its list serves, from those on the lines and on other records. */
function splitLineWhere(where: Where, { name }: LineSource): { own: Where; related: Where | undefined } {
  const prefix = `${name}.`;
  const [own, others]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const [field, value] of Object.entries(where))
    if (field.startsWith(prefix)) own[field.slice(prefix.length)] = value;
    else others[field] = value;
  return { own: own as Where, related: Object.keys(others).length > 0 ? (others as Where) : undefined };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

/** Builds the query of a list with these conditions. Errors name the conditions at `path`. */
async function buildQuery(exportable: Exportable, where: Where, path: string): Promise<ListQuery> {
  const input = Object.keys(where).length === 0 ? {} : { where };
  const { data, error } = exportable.query.safeParse(input);
  if (error) throw invalidAll(toErrorDetails(error).map((detail) => rebase(detail, path)));
  try {
    const query = await exportable.listQuery(data);
    requireRowQuery(query);
    return query;
  } catch (failure) {
    if (!isFailure(failure, "VALIDATION_ERROR")) throw failure;
    throw new Failure(failure.code, failure.message, {
      details: failure.details.map((detail) => rebase(detail, path)),
      cause: failure,
    });
  }
}

/** Names an error of a list at the path of its conditions. */
const rebase = ({ field, message }: ErrorDetail, path: string): ErrorDetail => ({
  field:
    field === "where" || field.startsWith("where.") || field.startsWith("where[") ? path + field.slice("where".length) : path,
  message,
});

/** Parses conditions on fields of the kind and of related records. */
async function parseCondition({ parameters }: ReportSource, where: Where, path: string): Promise<FilterExpression> {
  const { data, error } = conditionsSchema(() => parameters).safeParse(where);
  if (error) throw invalidAll(toErrorDetails(error, [path]));
  const details: ErrorDetail[] = [];
  const resolveValue = async ({ kind, storageForm }: MasterReference, value: unknown, valuePath: string): Promise<unknown> => {
    if (typeof value !== "string") return value;
    try {
      return await (storageForm === "id" ? Master.resolve(kind, value, valuePath) : Master.resolveCode(kind, value, valuePath));
    } catch (failure) {
      if (!isFailure(failure, "VALIDATION_ERROR")) throw failure;
      details.push(...failure.details);
      return value;
    }
  };
  const resolved = await WhereClauses.resolveMasters(data as WhereClause, resolveValue, path);
  if (details.length > 0) throw invalidAll(details);
  try {
    return WhereClauses.toExpression(resolved);
  } catch (failure) {
    if (!isFailure(failure, "VALIDATION_ERROR")) throw failure;
    throw invalidAll(failure.details.map(({ message }) => ({ field: path, message })));
  }
}

/** Returns the related sources whose fields a report reads. */
function listUsedSources(
  { related }: ReportSource,
  plan: ReportPlan,
  conditions: readonly (FilterExpression | undefined)[],
): RelatedSource[] {
  const names = [
    ...(plan.columns ?? []).map(({ name }) => name),
    ...plan.groups.map(({ field }) => field.name),
    ...plan.measures.flatMap(({ field, since }) => [field?.name, since?.name]),
    ...plan.sort.map(({ field }) => field?.name),
    ...conditions.flatMap((condition) => (condition ? WhereClauses.listFields(condition) : [])),
  ];
  const used = new Set(names.flatMap((name) => (name?.includes(".") ? [name.split(".")[0]] : [])));
  return [...related.values()].filter(({ name }) => used.has(name));
}
