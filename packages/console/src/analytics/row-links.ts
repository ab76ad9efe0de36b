import { type Days, intersect } from "./period-rules.ts";

/** The lists of the console that show the rows behind a number (docs/analytics/dashboards.md). */

/** A request of the API whose rows are behind a number. */
export interface RowRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | null;
}

type Where = Readonly<Record<string, unknown>>;

const QUERY = "/query";

const isObject = (value: unknown): value is Where => typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns the path of the list: `/opportunities` of `/opportunities/query`. */
export const readListPath = ({ path }: RowRequest): string => (path.endsWith(QUERY) ? path.slice(0, -QUERY.length) : path);

/** Returns the parameters of one condition. Undefined for alternatives, which no address of a list holds. */
function formatCondition(field: string, condition: unknown): [name: string, value: string][] | undefined {
  if (field === "and" || field === "or" || field === "not") return undefined;
  if (condition === null) return [[`${field}[is_null]`, "true"]];
  if (Array.isArray(condition)) return [[`${field}[in]`, condition.join()]];
  if (!isObject(condition)) return [[field, String(condition)]];
  return Object.entries(condition).map(([operator, value]) => [
    operator === "eq" ? field : `${field}[${operator}]`,
    [value].flat().map(String).join(),
  ]);
}

const REPORT = "/analytics/reports/";

/** Returns the address of the list with the rows of a request. Undefined if its conditions have no address. */
export function formatRowAddress(request: RowRequest): string | undefined {
  const { path, body } = request;
  if (body === null) return path.startsWith(REPORT) ? `/crm${REPORT}view/${path.slice(REPORT.length)}` : `/crm${path}`;
  const where = isObject(body.where) ? body.where : {};
  const conditions = Object.entries(where).map(([field, condition]) => formatCondition(field, condition));
  if (conditions.some((condition) => condition === undefined)) return undefined;
  const others = Object.entries(body).filter(([name, value]) => ["sort", "search"].includes(name) && value !== null);
  const parameters = [
    ...conditions.flatMap((condition) => condition ?? []),
    ...others.map(([name, value]) => [name, String(value)]),
  ];
  // Without conditions the address says so: a plain one opens the user's default view.
  const search = new URLSearchParams(parameters.length === 0 ? [["view", "all"]] : parameters);
  return `/crm${readListPath(request)}?${search}`;
}

/** The field whose user is the owner in figures, where it is not `owner_id`. */
const OWNER_FIELDS: Readonly<Record<string, string>> = { "/support/tickets": "assigned_to_id", "/support/surveys": "agent_id" };

const NO_OWNER = "none";

const isRange = (condition: unknown, { from, to }: Days): boolean =>
  isObject(condition) && condition.gte === from && condition.lte === to;

/** What a mark of a chart is about: an owner, or a part of the period. */
export interface Part {
  readonly owner?: string;
  readonly days?: Days;
}

/** Returns the request of the rows of one owner, or of one part of the period `within`. */
export function narrowRequest(request: RowRequest, { owner, days }: Part, within: Days): RowRequest {
  const where = request.body?.where;
  if (!isObject(where)) return request;
  const field = OWNER_FIELDS[readListPath(request)] ?? "owner_id";
  const owned = owner === undefined ? {} : { [field]: owner === NO_OWNER ? null : owner };
  const shown = days === undefined ? undefined : intersect(days, within);
  const dated = Object.entries(where).map(([name, condition]) =>
    shown !== undefined && isRange(condition, within) ? [name, { gte: shown.from, lte: shown.to }] : [name, condition],
  );
  return { ...request, body: { ...request.body, where: { ...Object.fromEntries(dated), ...owned } } };
}
