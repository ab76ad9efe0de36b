/** The lists of the console that show the rows behind a number (docs/analytics/figures.md). */

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
    ...others.map(([name, value]): [string, string] => [name, String(value)]),
  ];
  // Without conditions the address says so: a plain one opens the user's default view.
  const search = new URLSearchParams(parameters.length === 0 ? [["view", "all"]] : parameters);
  return `/crm${readListPath(request)}?${search}`;
}
