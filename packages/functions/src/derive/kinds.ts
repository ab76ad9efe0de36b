import type { Domain } from "@crm/core/kernel/domain.ts";
import { fieldLabel, listEnumValues } from "@crm/core/kernel/field.ts";
import { describeFields, type FieldInfo } from "@crm/core/kernel/field-info.ts";
import type { Kind } from "@crm/core/kernel/id.ts";
import type { Layout } from "@crm/core/kernel/layout.ts";
import { memoizeByObject } from "@crm/core/kernel/memoize.ts";
import { findTitleTemplate } from "@crm/core/kernel/record-title.ts";
import { findMasterReferences, type Shape, valueSchema } from "@crm/core/kernel/schema.ts";
import { listDomains } from "@crm/core/kernel/tenant-domains.ts";
import { hasColumns } from "@crm/core/storage/read/column-cache.ts";
import { listFilterNames } from "@crm/core/storage/read/list.ts";
import { listServedOrders } from "@crm/core/storage/read/query-plan.ts";
import type { BaseRecord, Collection, Definition } from "@crm/core/storage/table/collection.ts";
import { loadCollection } from "@crm/core/storage/table/collection-registry.ts";
import { CUSTOM_FIELDS } from "@crm/core/storage/table/custom-field-values.ts";
import { Expansion } from "@crm/core/views/expansion.ts";
import * as z from "zod";
import { operations } from "../api/index.ts";
import type { Filter, KindInfo } from "../api/platform/record-schema.ts";
import { toNounPhrase } from "../api/shared/noun-phrase.ts";
import { inputSchema, isShaped, type Operation, pathParameterNames } from "../http/operation.ts";
import { shortenLabels } from "./own-labels.ts";

/**
 * The description of a kind of record with an address, from its operations, its collection and its declaration. It is the same
 * for all callers and computed once. derive/schema.ts selects the parts that a caller sees.
 */
export interface DeclaredKind
  extends Pick<
    z.output<typeof KindInfo>,
    "label" | "labels" | "title" | "row" | "sorts" | "indexed_sorts" | "expand" | "any_of"
  > {
  kind: Kind;
  path: string;
  collection: Collection<BaseRecord>;
  standardOperations: ReadonlyMap<StandardOperation, Operation>;
  /** Reads of what belongs to a record: below its path, or with its id in the path of another kind. */
  tabs: readonly Operation[];
  actions: readonly Operation[];
  /** Actions of other kinds that name a record of this one as a part: `/orders/{id}/fulfilments/{fulfilment_id}/deliver`. */
  partActions: readonly PartAction[];
  fields: readonly DeclaredField[];
  filters: readonly FilterInfo[];
  /** Whether rows of its list have the custom fields that a caller names. */
  listsCustomFields: boolean;
  /** Whether its list can be filtered by paths that the tenant declares. */
  takesPaths: boolean;
  /** What the domain declares about the layout of its records. */
  layout: Layout;
}

/** The operations that most kinds have, by method and by the path below that of the kind. */
const operationPlaces = {
  list: "GET ",
  query: "POST /query",
  create: "POST ",
  read: "GET /{id}",
  replace: "PUT /{id}",
  update: "PATCH /{id}",
  delete: "DELETE /{id}",
  restore: "POST /{id}/restore",
  batch: "POST /batch",
  import: "POST /import",
  export: "POST /export",
} as const satisfies Record<StandardOperation, string>;
type StandardOperation = Exclude<z.output<typeof KindInfo>["operations"][number], "bulk">;

export interface DeclaredField extends FieldInfo {
  /** Whether answers have the field, and which inputs take it. */
  isShown: boolean;
  isCreated: boolean;
  isChanged: boolean;
  /** For master data: whether records store its code. */
  holdsCode: boolean;
}

type FilterInfo = z.output<typeof Filter>;

interface PartAction {
  operation: Operation;
  /** Its path with fields of the part: `/orders/{order_id}/fulfilments/{id}/deliver`. */
  path: string;
}

/** Described field by field, because callers see different fields. */

/** Every kind that an operation lists or reads. */
export const declaredKinds = (domains: readonly Domain[] = listDomains()): Promise<readonly DeclaredKind[]> =>
  declareKinds(domains);

const declareKinds = memoizeByObject(async (domains: readonly Domain[]): Promise<readonly DeclaredKind[]> => {
  const kinds = domains.flatMap((domain) => domain.kinds.filter(({ path }) => path !== undefined));
  const layouts = Object.assign({}, ...domains.map(({ layouts: declared = {} }: Domain) => declared));
  // Once for all kinds: there are a hundred kinds and a thousand operations.
  const nearestKinds = new Map(operations.map((operation) => [operation, findNearestKind(operation, kinds)]));
  const kindDescriptions = await Promise.all(
    kinds.map(async (kind) => describeKind(kind, nearestKinds, ((await layouts[kind.name]?.()) ?? {}) as Layout)),
  );
  return kindDescriptions.filter((description) => description !== undefined);
});

type NearestKinds = ReadonlyMap<Operation, Kind | undefined>;

async function describeKind(kind: Kind, nearestKinds: NearestKinds, layout: Layout): Promise<DeclaredKind | undefined> {
  const path = String(kind.path);
  const kindOperations = operations.filter((operation) => nearestKinds.get(operation) === kind);
  const usual = findStandardOperations(kindOperations, path);
  const [list, read] = [usual.get("list"), usual.get("read")];
  if (!list && !read) return undefined;
  const collection = await loadCollection(kind);
  const otherOperations = kindOperations.filter(
    (operation) => ![...usual.values()].includes(operation) && !isFollowing(operation),
  );
  const fields = shortenLabels(kind, listFields(usual, layout));
  return {
    kind,
    path,
    collection,
    ...buildKindNames(kind, usual, fields),
    standardOperations: usual,
    tabs: [
      ...otherOperations.filter((operation) => isReadBy(operation, "id")),
      ...operations.filter((operation) => isReadBy(operation, readPartParameter(kind))),
    ],
    actions: otherOperations.filter(({ method, kind: shape, onlyReads }) => method !== "GET" && !(onlyReads && shape === "list")),
    partActions: listPartActions(kind, nearestKinds),
    fields: fields
      .filter(({ name }) => name !== CUSTOM_FIELDS)
      .map((field) => (layout.hasExactMoney ? markExactMoney(field) : field)),
    row: list ? listRowFields(list) : [],
    listsCustomFields: list !== undefined && Object.hasOwn(schemaShape(list.output), CUSTOM_FIELDS),
    filters: list ? listFilters(list, collection.definition, fields) : [],
    sorts: list ? listSorts(list) : [],
    indexed_sorts: list ? listIndexedSorts(list, collection) : [],
    expand: listExpansions(read ?? list),
    takesPaths: list !== undefined && Object.hasOwn(inputSchema(list).shape, "paths"),
    layout,
    any_of: listRequiredGroups(usual.get("create")),
  };
}

/** Whether an operation is about followers. Clients show these beside the record, and not among its actions and lists. */
const isFollowing = ({ path }: Operation): boolean => /\/\{id\}\/follow(ers)?$/.test(path);

/** Returns the kind to which an operation belongs by its path; of several, the one with the longest path. */
const findNearestKind = ({ path }: Operation, kinds: readonly Kind[]): Kind | undefined =>
  kinds
    .filter((kind) => path === kind.path || path.startsWith(`${kind.path}/`))
    .sort((a, b) => String(b.path).length - String(a.path).length)[0];

/** Marks money, also in objects, as shown with all decimals. */
const markExactMoney = <F extends FieldInfo>(field: F): F => ({
  ...field,
  ...(field.type === "money" && field.format === undefined ? { format: "exact" as const } : {}),
  ...(field.fields ? { fields: field.fields.map(markExactMoney) } : {}),
});

/** Lists the fields of the rows of a list that is not one of records with an address, as the kind declares them. */
const describeRow = memoizeByObject((operation: Operation): readonly FieldInfo[] => {
  const { output } = operation;
  const row = output instanceof z.ZodArray ? output.element : output;
  return row instanceof z.ZodObject ? describeFields(row.shape, "output") : [];
});

/** Whether an operation reads what belongs to the record that this parameter of its path names. */
const isReadBy = ({ method, path }: Operation, parameter: string): boolean =>
  method === "GET" && pathParameterNames(path).join() === parameter;

/** The parameter of a path that names a record of the kind, in a path of another kind. */
const readPartParameter = ({ name }: Kind): string => `${name}_id`;

/**
 * Returns the name of what is beside a record: `line-items` for `/orders/{id}/line-items`, and `after-sales-figures` for
 * `/after-sales/figures/{product_id}`.
 */
export const readTabName = ({ path }: Operation, kind: Pick<DeclaredKind, "path">): string => {
  const start = `${kind.path}/{id}/`;
  return path.startsWith(start)
    ? path.slice(start.length)
    : path
        .split("/")
        .filter((word) => word !== "" && !word.startsWith("{"))
        .join("-");
};

/** Lists the fields that clients show of the rows of a list beside a record, if the kind declares them. */
export function listTabFields(operation: Operation, kind: Pick<DeclaredKind, "path" | "layout">): FieldInfo[] | undefined {
  const { lists = {}, hasExactMoney = false } = kind.layout;
  const rowFields = hasExactMoney ? describeRow(operation).map(markExactMoney) : describeRow(operation);
  return lists[readTabName(operation, kind)]?.flatMap((column) => rowFields.find(({ name }) => name === column) ?? []);
}

function listPartActions(kind: Kind, nearestKinds: NearestKinds): PartAction[] {
  const parameter = `{${readPartParameter(kind)}}`;
  return operations.flatMap((operation) => {
    const { method, path } = operation;
    if (method === "GET" || !path.includes(parameter) || pathParameterNames(path).join() !== `id,${readPartParameter(kind)}`)
      return [];
    const whole = nearestKinds.get(operation);
    return whole ? [{ operation, path: path.replace("{id}", `{${whole.name}_id}`).replace(parameter, "{id}") }] : [];
  });
}

function findStandardOperations(kindOperations: readonly Operation[], path: string): Map<StandardOperation, Operation> {
  const byPlace = new Map(
    kindOperations.map((operation) => [`${operation.method} ${operation.path.slice(path.length)}`, operation]),
  );
  const entries = Object.entries(operationPlaces).flatMap(([name, place]) => {
    const operation = byPlace.get(place);
    // A create that answers 202 only starts the work and makes no record yet.
    if (!operation || (name === "create" && operation.status === 202)) return [];
    // A record without an id in its address is the only one of its kind: the tenant.
    const isAlone = name === "list" && operation.kind === "record";
    return [[isAlone ? "read" : (name as StandardOperation), operation] as const];
  });
  return new Map(entries);
}

const schemaShape = (schema: z.ZodType | undefined): Shape => (schema instanceof z.ZodObject ? schema.shape : {});

/** Returns the input of an operation without the parameters of its path. */
export function inputShape(operation: Operation | undefined): Shape {
  if (!operation) return {};
  const inPath = pathParameterNames(operation.path);
  return Object.fromEntries(Object.entries(inputSchema(operation).shape).filter(([name]) => !inPath.includes(name)));
}

/** Returns `Journey entries` for `JourneyEntries`. */
const toLabel = (name: string): string => fieldLabel(toNounPhrase(name));

function buildKindNames(kind: Kind, usual: DeclaredKind["standardOperations"], fields: readonly DeclaredField[]) {
  const { name, display } = kind;
  const label = display.label ?? toLabel(usual.get("read")?.output.meta()?.id ?? name);
  const several = (usual.get("list") ?? usual.get("export"))?.name.replace(/^[a-z]+/, "");
  return {
    label,
    labels: display.labels ?? (several === undefined ? label : toLabel(several)),
    title: findTitleTemplate(kind, new Set(fields.map((field) => field.name))),
  };
}

/** Returns the groups of fields; a new record needs at least one of each group (kernel/schema.ts, `anyOf`). */
function listRequiredGroups(create: Operation | undefined): string[][] {
  type Group = { anyOf?: readonly { required: readonly string[] }[] };
  type Said = Group & { allOf?: readonly Group[]; minProperties?: number };
  const { allOf = [], minProperties = 0, ...topGroup } = (create?.verb.schema.meta() ?? {}) as Said;
  const groups = [topGroup, ...allOf].flatMap(({ anyOf }) => (anyOf ? [anyOf.flatMap(({ required }) => required)] : []));
  return minProperties > 0 ? [...groups, Object.keys(inputShape(create)).filter((name) => name !== CUSTOM_FIELDS)] : groups;
}

/** Adds the columns of a list of objects that only answers have. */
function addShownColumns(input: FieldInfo, output: FieldInfo | undefined, columns: readonly string[] = []): FieldInfo {
  if (!input.fields || !output?.fields) return input;
  const names = new Set(input.fields.map(({ name }) => name));
  const added = output.fields
    .filter(({ name }) => columns.includes(name) && !names.has(name))
    .map((field) => ({ ...field, read_only: true }));
  return { ...input, fields: [...input.fields, ...added] };
}

/** Returns all fields that answers show and inputs take. The input describes a field best, so it overrides the output. */
function listFields(usual: DeclaredKind["standardOperations"], { lists = {} }: Layout): DeclaredField[] {
  const { expanded: _asked, ...outputShape } = schemaShape((usual.get("read") ?? usual.get("list"))?.output);
  const create = inputShape(usual.get("create"));
  const change = inputShape(usual.get("update") ?? usual.get("replace"));
  const writtenShape = { ...change, ...create };
  const references = findMasterReferences(writtenShape);
  const shown = new Map(describeFields(outputShape, "output").map((info) => [info.name, info]));
  const infos = [
    ...shown.values(),
    ...describeFields(writtenShape).map((info) => addShownColumns(info, shown.get(info.name), lists[info.name])),
  ];
  return [...new Map(infos.map((info) => [info.name, info])).values()].map((info) => ({
    ...info,
    required: info.required && Object.hasOwn(create, info.name),
    isShown: Object.hasOwn(outputShape, info.name),
    isCreated: Object.hasOwn(create, info.name),
    isChanged: Object.hasOwn(change, info.name),
    holdsCode: references.get(info.name)?.storageForm === "code",
  }));
}

/** The fields that each row of a list always has. */
const listRowFields = ({ output }: Operation): string[] =>
  Object.entries(schemaShape(output)).flatMap(([name, schema]) =>
    name === "links" || schema instanceof z.ZodOptional ? [] : [name],
  );

/** A filter is a field by its name, `status`, or with an operator, `created_at[gte]`. */
function listFilters(
  list: Operation,
  { filters = {}, ranges = {}, owner }: Definition<BaseRecord>,
  fields: readonly DeclaredField[],
): FilterInfo[] {
  const input = inputSchema(list);
  const parameters = listFilterNames(input).map((parameter) => {
    const [, name = parameter, operator] = /^(.+)\[(\w+)\]$/.exec(parameter) ?? [];
    return { parameter, name, operator };
  });
  return [...Map.groupBy(parameters, ({ name }) => name)].map(([name, all]) => {
    const fieldName = filters[name]?.field ?? ranges[name]?.field ?? (name === "owner" ? owner : name);
    const field = fields.find((each) => each.name === fieldName);
    const isIndexed = [filters[name], ...Object.values(filters).filter((filter) => filter.field === fieldName)].some(
      (filter) => filter?.index !== undefined || filter?.extraIndex !== undefined,
    );
    const operatorInfo = {
      plain: all.some(({ operator }) => operator === undefined),
      operators: all.flatMap(({ operator }) => operator ?? []),
      ...(isIndexed || fieldName === owner ? { indexed: true as const } : {}),
    };
    if (field) return { name, field: field.name, type: field.type, ...operatorInfo };
    const [info] = describeFields({ [name]: input.shape[all[0]?.parameter ?? name] as z.ZodType }, "output") as [FieldInfo];
    const { type, choices, record, master } = info;
    return { name, type, ...operatorInfo, choices, record, master };
  });
}

/** The names that `expand` takes, each with its key in `expanded`: a field, or the next activity. */
function listExpansions(reads: Operation | undefined): DeclaredKind["expand"] {
  if (!reads || !isShaped(reads)) return [];
  const shape = schemaShape(reads.output);
  const next = Expansion.hasActivities(reads.path, shape) ? [Expansion.NEXT_ACTIVITY] : [];
  const references = [...Expansion.listExpandNames(shape)];
  return [...references, ...next.map((name) => [name, name] as const)].map(([name, field]) => ({ name, field }));
}

/** The sort orders that every tenant has. */
function listSorts(list: Operation): string[] {
  const { sort } = inputSchema(list).shape as { sort?: z.ZodType };
  const orders = sort && valueSchema(sort);
  return orders ? [...((orders.meta()?.examples as string[] | undefined) ?? listEnumValues(orders))] : [];
}

/** The orders of a list that work for any number of records: all of them if the kind has columns. */
function listIndexedSorts(list: Operation, collection: Collection<BaseRecord>): string[] {
  if (hasColumns(collection)) return listSorts(list);
  const indexed = new Set([...listServedOrders(collection), "updated_at"]);
  return listSorts(list).filter((sort) => indexed.has(sort));
}
