import type { Item } from "./attribute-value.ts";
import { noUnits, readUnits } from "./capacity.ts";
import {
  constraintError,
  consumedCapacity,
  type Input,
  type Output,
  readBindings,
  readChoice,
  readCondition,
  readConsumedCapacity,
  readProjection,
  requireParameters,
  requireScalarKeys,
  requireTable,
} from "./command.ts";
import type { ReadSource } from "./command-context.ts";
import type { ProjectedIndex, TableDefinition } from "./definition.ts";
import type { Bindings } from "./expression.ts";
import { readItem, sizeOfItem } from "./item.ts";
import { isWithin, type KeyCondition, readKeyParts, selectRange } from "./key-condition.ts";
import { buildStartKey, projectTo, readItemKey } from "./keys.ts";
import { projectItem } from "./projection.ts";
import type { ItemKey, Row } from "./storage.ts";
import { invalidParameter, ValidationError } from "./table-error.ts";

/** Query and Scan. */

const MAX_PAGE_BYTES = 1024 * 1024;

/** The rows that a query or scan reads, and the form of its answer. */
interface Page {
  readonly rows: Iterable<Row>;
  readonly index: ProjectedIndex | undefined;
  readonly limit: number | undefined;
  readonly test: (item: Item) => boolean;
  readonly show: ((item: Item) => Item) | undefined;
  readonly isConsistent: boolean;
}

export function query(input: Input, source: ReadSource): Output {
  const { definition } = source;
  const page = readPage(input, "Query");
  const parts = readKeyParts(input.KeyConditionExpression, page.bindings);
  page.bindings.requireAllUsed();
  const index = requireIndex(input, definition);
  const { partitionKey, sortKey } = index ?? definition;
  requireStartNames(page.start, definition, index, "");
  const condition = selectRange(parts, { partitionKey, sortKey });
  const start = page.start && requireStart(page.start, definition, index);
  if (start) requireInRange(start, condition, { partitionKey, sortKey });
  requireScalarKeys(page.bindings, definition);
  requireNoKeyInFilter(page.bindings, [partitionKey, sortKey]);
  requireSelectable(page.select, index);
  const storage = page.isConsistent ? source.storage : source.replica;
  const rows = storage.range({
    index: index?.name,
    partition: condition.partition,
    ...{ lower: condition.lower, upper: condition.upper, forward: input.ScanIndexForward !== false },
    after: start && { ...readStartKey(start, definition), sort: readKeyText(start, sortKey) },
  });
  return readRows({ ...page, index, rows }, input, definition);
}

export function scan(input: Input, source: ReadSource): Output {
  const { definition } = source;
  const page = readPage(input, "Scan");
  page.bindings.requireAllUsed();
  const index = requireIndex(input, definition);
  requireStartNames(page.start, definition, index, index ? "" : ": The provided key element does not match the schema");
  const start = page.start && requireStart(page.start, definition, index);
  requireScalarKeys(page.bindings, definition);
  requireSelectable(page.select, index);
  const storage = page.isConsistent ? source.storage : source.replica;
  const key = start && readStartKey(start, definition);
  const rows = index
    ? storage.scanIndex(
        index.name,
        key && start && { ...key, partition: readKeyText(start, index.partitionKey), sort: readKeyText(start, index.sortKey) },
      )
    : storage.scan(key);
  return readRows({ ...page, index, rows }, input, definition);
}

/** Refuses a filter of a query on the keys by which the query selects. */
function requireNoKeyInFilter(bindings: Bindings, keys: readonly string[]): void {
  const name = bindings
    .paths("FilterExpression")
    .map(([root]) => String(root))
    .find((root) => keys.includes(root));
  if (name !== undefined)
    throw new ValidationError(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`);
}

/** Returns the index that the command names, in the table that it names. */
function requireIndex(input: Input, definition: TableDefinition): ProjectedIndex | undefined {
  requireTable(input, definition);
  if (input.IndexName === undefined) return undefined;
  const index = definition.indexes.find(({ name }) => name === input.IndexName);
  if (!index) throw new ValidationError(`The table does not have the specified index: ${input.IndexName}`);
  if (input.ConsistentRead === true) throw new ValidationError("Consistent reads are not supported on global secondary indexes");
  return index;
}

/** Reads the parameters that a query and a scan share, checked without the table. */
function readPage(input: Input, action: "Query" | "Scan") {
  requireParameters(input, ["TableName"]);
  const limit = readLimit(input, action);
  const select = readChoice(input, "Select", [
    ...(["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"] as const),
  ]);
  readConsumedCapacity(input);
  const start = input.ExclusiveStartKey === undefined ? undefined : readItem(input.ExclusiveStartKey);
  const bindings = readBindings(input);
  const test = readCondition(input, "FilterExpression", bindings);
  const paths = readProjection(input, bindings);
  requireProjection(input, select, paths !== undefined, action);
  const isConsistent = input.ConsistentRead === true;
  const show = select === "COUNT" ? undefined : (item: Item): Item => (paths ? projectItem(item, paths) : item);
  return { limit, select, start, bindings, test, isConsistent, show };
}

/** Reads a whole number of at least one; undefined if it is not given. */
function readLimit({ Limit }: Input, action: "Query" | "Scan"): number | undefined {
  if (Limit === undefined || Limit === null) return undefined;
  if (Number.isInteger(Limit) && Number(Limit) >= 1) return Number(Limit);
  const value = action === "Query" ? "Value at 'Limit'" : `Value '${Limit}' at 'limit'`;
  throw constraintError(`${value} failed to satisfy constraint: Member must have value greater than or equal to 1`);
}

/** Refuses a `Select` that does not fit the other parameters. */
function requireProjection(
  { IndexName }: Input,
  select: string | undefined,
  hasProjection: boolean,
  action: "Query" | "Scan",
): void {
  const problem =
    hasProjection && select !== undefined && select !== "SPECIFIC_ATTRIBUTES"
      ? `Cannot specify the ProjectionExpression when choosing to get ${select === "COUNT" ? "only the Count" : select}`
      : select === "SPECIFIC_ATTRIBUTES" && !hasProjection
        ? "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        : select === "ALL_PROJECTED_ATTRIBUTES" && IndexName === undefined
          ? "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
          : undefined;
  if (problem !== undefined) throw action === "Query" ? constraintError(problem) : new ValidationError(problem);
}

/** Refuses all attributes of an index: no index of the engine has them all. */
function requireSelectable(select: string | undefined, index: ProjectedIndex | undefined): void {
  if (select === "ALL_ATTRIBUTES" && index)
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
}

const keyNames = ({ partitionKey, sortKey }: TableDefinition, index: ProjectedIndex | undefined): Set<string> =>
  new Set([partitionKey, sortKey, ...(index ? [index.partitionKey, index.sortKey] : [])]);

/** Refuses an `ExclusiveStartKey` with other attributes than the keys of the table and of the index. */
function requireStartNames(
  start: Item | undefined,
  definition: TableDefinition,
  index: ProjectedIndex | undefined,
  detail: string,
): void {
  if (!start) return;
  const names = keyNames(definition, index);
  if (Object.keys(start).length !== names.size || [...names].some((name) => !start[name]))
    throw new ValidationError(`The provided starting key is invalid${detail}`);
}

/** Refuses a start key with an attribute that is not a text. */
function requireStart(start: Item, definition: TableDefinition, index: ProjectedIndex | undefined): Item {
  for (const name of keyNames(definition, index))
    if (!("S" in (start[name] ?? {}))) throw new ValidationError("The provided key element does not match the schema");
  readItemKey(start, { ...definition, indexes: index ? [index] : [] });
  return start;
}

function requireInRange(
  start: Item,
  condition: KeyCondition,
  { partitionKey, sortKey }: { partitionKey: string; sortKey: string },
): void {
  if (readKeyText(start, partitionKey) !== condition.partition)
    throw new ValidationError("The provided starting key is outside query boundaries based on provided conditions");
  if (!isWithin(readKeyText(start, sortKey), condition))
    throw new ValidationError("The provided starting key does not match the range key predicate");
}

const readKeyText = (item: Item, name: string): string => (item[name] as { S: string }).S;
const readStartKey = (item: Item, { partitionKey, sortKey }: TableDefinition): ItemKey => ({
  pk: readKeyText(item, partitionKey),
  sk: readKeyText(item, sortKey),
});

/** Reads a page: `Limit` counts rows before the filter, and a page ends with the row that brings it to 1 MB. */
function readRows({ rows, index, limit, test, show, isConsistent }: Page, input: Input, definition: TableDefinition): Output {
  const Items: Item[] = [];
  let [count, scanned, bytes] = [0, 0, 0];
  let last: Row | undefined;
  for (const row of rows) {
    scanned++;
    const item = index ? projectTo(row, definition, index) : row.item;
    bytes += index ? sizeOfItem(item) : row.size;
    if (test(item)) {
      count++;
      if (show) Items.push(show(item));
    }
    if (scanned !== limit && bytes < MAX_PAGE_BYTES) continue;
    last = row;
    break;
  }
  const units = noUnits();
  const used = readUnits(bytes, isConsistent);
  if (index) units.indexes.set(index.name, used);
  else units.table = used;
  return {
    ...(show ? { Items } : {}),
    ...{ Count: count, ScannedCount: scanned },
    ...(last ? { LastEvaluatedKey: buildStartKey(last, definition, index) } : {}),
    ...consumedCapacity(units, input, definition),
  };
}
