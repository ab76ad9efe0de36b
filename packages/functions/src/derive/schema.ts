import { hasPermission, useActor } from "@crm/core/kernel/context.ts";
import { fieldLabel } from "@crm/core/kernel/field.ts";
import { describeFields, type FieldInfo } from "@crm/core/kernel/field-info.ts";
import type { Layout } from "@crm/core/kernel/layout.ts";
import { memoizeByObject } from "@crm/core/kernel/memoize.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";
import { findMasterKind } from "@crm/core/kernel/registry.ts";
import { requestLanguage } from "@crm/core/kernel/request-language.ts";
import { findDeclaration } from "@crm/core/kernel/tenant-domains.ts";
import { bulkChangeGrants } from "@crm/core/platform/bulk-change/bulk-change.kind.ts";
import { CustomField } from "@crm/core/platform/custom-field/custom-field.ts";
import { type LayoutParts, listOtherFields, resolveLayout } from "@crm/core/platform/layout/layout.rules.ts";
import { findStoredParts } from "@crm/core/platform/layout/layout.ts";
import { Master } from "@crm/core/platform/master-data/master.ts";
import { hasColumns } from "@crm/core/storage/read/column-cache.ts";
import { listCustomFields, listCustomOperators } from "@crm/core/storage/read/custom-filters.ts";
import { PathDeclarations } from "@crm/core/storage/read/path-declarations.ts";
import { versionFields } from "@crm/core/storage/table/collection.ts";
import { CUSTOM_FIELDS, isCustomPath } from "@crm/core/storage/table/custom-field-values.ts";
import * as z from "zod";
import { operations } from "../api/index.ts";
import type {
  Action,
  Filter,
  KindInfo,
  KindSummary,
  Schema,
  SchemaField,
  SchemaIndex,
  Tab,
} from "../api/platform/record-schema.ts";
import { accessRejection } from "../http/access-check.ts";
import { BASE_PATH, type Operation, operationPath } from "../http/operation.ts";
import { describeAction } from "./actions.ts";
import { findBoard, findCalendar, listExits } from "./board.ts";
import { customFieldInfo } from "./custom-fields.ts";
import { type DeclaredField, type DeclaredKind, declaredKinds, inputShape, listTabFields, readTabName } from "./kinds.ts";
import { deriveLayout, otherFields } from "./layout.ts";
import { shortenLabels } from "./own-labels.ts";
import { listRelated } from "./related-lists.ts";

interface KindChoice {
  readonly kind?: string | undefined;
  readonly path?: string | undefined;
  readonly part?: "names" | undefined;
}

/**
 * Builds the schema of all kinds of record, of the kind `kind`, or of the kind that has `path`: as the current tenant has them, and as the caller may
 * use them. `part` leaves the names.
 */
export async function buildSchema({ kind, path, part }: KindChoice): Promise<z.output<typeof Schema>> {
  const kindName = path === undefined ? kind : await findKindName(path);
  if (path !== undefined && kindName === undefined) return { kinds: [] };
  const defaultKinds = await buildKinds(kindName);
  const kinds = part === "names" ? defaultKinds.map(keepNames) : await layOut(defaultKinds, kindName);
  const language = requestLanguage();
  // Loaded on demand: most callers ask for English, the default.
  return { kinds: language === "en" ? kinds : await (await import("./schema-language.ts")).translateLabels(kinds, language) };
}

/** Layouts of all kinds would cost two reads for each kind. Clients that lay out records ask for one kind. */
const layOut = async (kinds: z.output<typeof KindInfo>[], kindName: string | undefined): Promise<typeof kinds> =>
  kindName === undefined ? kinds : applyStoredLayouts(kinds);

/** Leaves what names fields and writes their values, for clients that say which fields changed: about a sixth of the schema of a kind. */
function keepNames({ board: _board, calendar: _calendar, timeline: _timeline, ...kind }: z.output<typeof KindInfo>): typeof kind {
  return {
    ...kind,
    fields: kind.fields.map(
      ({ name, label, type, required, multiple, custom, visible, read_only, creatable, editable, ...info }) => ({
        ...{ name, label, type, required, multiple, custom, visible, read_only, creatable, editable },
        ...(info.choices && info.master === undefined ? { choices: info.choices } : {}),
        ...pickPresent(info, ["format", "master", "record", "currency", "currency_field"]),
      }),
    ),
    ...{ any_of: [], row: [], filters: [], sorts: [], indexed_sorts: [], expand: [], tabs: [], related: [], actions: [] },
    layout: { sections: [], primary: [], columns: [], card: [], tabs: [] },
  };
}

/** Picks the properties that have a value. */
const pickPresent = <T extends object, K extends keyof T>(value: T, names: readonly K[]): Partial<Pick<T, K>> =>
  Object.fromEntries(names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]]))) as Partial<Pick<T, K>>;

/** Finds the kind that has the longest path above this one. */
async function findKindName(path: string): Promise<string | undefined> {
  const above = (await declaredKinds()).filter((declared) => `${path}/`.startsWith(`${BASE_PATH}${declared.path}/`));
  return above.sort((a, b) => b.path.length - a.path.length)[0]?.kind.name;
}

/** Builds the kinds in English, with their default layouts. */
export async function buildKinds(kindName: string | undefined): Promise<z.output<typeof KindInfo>[]> {
  const allKinds = await declaredKinds();
  const readableKinds = new Set(allKinds.filter(isReadable).map(({ kind }) => kind.name));
  const requestedKinds = allKinds.filter(
    ({ kind }) => readableKinds.has(kind.name) && (kindName === undefined || kind.name === kindName),
  );
  return Promise.all(requestedKinds.map((declared) => kindFor(declared, allKinds, readableKinds)));
}

/** Replaces default layouts by those that the tenant set for the caller's role, or for all roles. */
async function applyStoredLayouts(kinds: readonly z.output<typeof KindInfo>[]): Promise<z.output<typeof KindInfo>[]> {
  const actor = useActor();
  // The first role is the user's own; the others add permissions.
  const [role] = "roles" in actor ? actor.roles : [];
  if (role === undefined) return [...kinds];
  const stored = await findStoredParts(
    kinds.map(({ kind }) => kind),
    role,
  );
  return kinds.map((info) => {
    const parts = stored.get(info.kind);
    return parts ? { ...info, layout: mergeLayout(info, parts) } : info;
  });
}

function mergeLayout(
  { fields, row, tabs, related, layout }: z.output<typeof KindInfo>,
  parts: LayoutParts,
): z.output<typeof KindInfo>["layout"] {
  const merged = resolveLayout(parts, layout, {
    fields: new Set(fields.map(({ name }) => name)),
    listFields: new Set([...row, ...versionFields, ...fields.flatMap(({ name, custom }) => (custom ? [name] : []))]),
    tabs: new Set([...tabs, ...related].map(({ name }) => name)),
  });
  const sections: z.output<typeof KindInfo>["layout"]["sections"] = merged.sections.map(({ name, label, fields: names }) => ({
    name,
    label: label ?? fieldLabel(name),
    fields: [...names],
  }));
  const others = listOtherFields(merged, layout);
  if (others.length > 0) sections.push({ ...otherFields, fields: others, folded: true });
  return structuredClone({ ...merged, sections }) as z.output<typeof KindInfo>["layout"];
}

/** Lists the kinds that the caller may use, without their fields. */
export async function buildSchemaIndex(): Promise<z.output<typeof SchemaIndex>> {
  const kinds = (await declaredKinds()).filter(isReadable).map(summarizeKind);
  const language = requestLanguage();
  return { kinds: language === "en" ? kinds : await (await import("./schema-language.ts")).translateNames(kinds, language) };
}

const summarizeKind = (declared: DeclaredKind): z.output<typeof KindSummary> => ({
  kind: declared.kind.name,
  path: BASE_PATH + declared.path,
  label: declared.label,
  labels: declared.labels,
  icon: declared.kind.display.icon ?? "box",
  menu: declared.kind.display.menu ?? null,
  title: declared.title,
  operations: listPermittedOperations(declared),
});

function listPermittedOperations(declared: DeclaredKind): z.output<typeof KindSummary>["operations"] {
  const names = [...declared.standardOperations].flatMap(([name, operation]) => (mayCall(operation) ? [name] : []));
  // A suspended tenant takes no writes.
  const mayWrite = names.some((name) => name === "update" || name === "delete");
  return mayWrite && mayChangeInBulk(declared) ? [...names, "bulk"] : names;
}

/** Whether the caller has the permissions for bulk changes of the kind. */
function mayChangeInBulk({ kind: { name } }: DeclaredKind): boolean {
  const bulk = findDeclaration("bulk", name);
  return bulk !== undefined && hasPermission(bulkChangeGrants.write) && (hasPermission(bulk.write) || hasPermission(bulk.remove));
}

/** Whether the caller may list or read records of the kind. */
const isReadable = (declared: DeclaredKind): boolean =>
  listPermittedOperations(declared).some((name) => name === "list" || name === "read");

const mayCall = (operation: Operation): boolean => accessRejection(operation) === undefined;

async function kindFor(
  declared: DeclaredKind,
  allKinds: readonly DeclaredKind[],
  readableKinds: ReadonlySet<string>,
): Promise<z.output<typeof KindInfo>> {
  const { row, listsCustomFields, expand, any_of, layout } = declared;
  const summary = summarizeKind(declared);
  const { operations } = summary;
  const may = (...operationNames: readonly (typeof operations)[number][]): boolean =>
    operationNames.some((name) => operations.includes(name));
  const rights = { creates: may("create"), changes: may("update", "replace") };
  const custom = await describeOwnFields(declared, rights);
  const paths = await listPathFilters(declared);
  const own = await listOwnFilters(declared);
  const kindByRow = listKindsByRow(allKinds);
  const tabs = await Promise.all(declared.tabs.filter(mayCall).map((operation) => buildTab(operation, declared, kindByRow)));
  const related = listRelated(declared, allKinds).filter(({ kind }) => readableKinds.has(kind));
  const board = await buildBoard(declared);
  const calendar = findCalendar(declared);
  const relatedKinds = new Set(related.map(({ kind }) => kind));
  // A list beside a record that its kind's list has with a filter is the same list.
  const ownTabs = tabs.filter(({ answers, kind }) => answers === "list" && !(kind !== undefined && relatedKinds.has(kind)));
  const tabNames = [...related, ...ownTabs].map(({ name }) => name);
  const parts = deriveLayout({ ...declared, tabNames, customNames: custom.map(({ name }) => name) }, layout);
  const readableTabs = new Set([...tabs, ...related].map(({ name }) => name));
  return {
    ...summary,
    fields: [...(await Promise.all(declared.fields.map((field) => fieldFor(field, rights, layout)))), ...custom],
    row: [...row, ...(listsCustomFields && custom.length > 0 ? [CUSTOM_FIELDS] : [])],
    filters: [...(await Promise.all(declared.filters.map((filter) => withChoices(filter)))), ...paths.filters, ...own.filters],
    sorts: [...declared.sorts, ...paths.sorts, ...own.sorts],
    indexed_sorts: [...declared.indexed_sorts, ...paths.sorts, ...(hasColumns(declared.collection) ? own.sorts : [])],
    expand: [...expand, ...listCustomReferences(custom)],
    tabs,
    related,
    actions: await Promise.all([
      ...declared.actions.filter(mayCall).map((operation) => buildAction(operation, operation.path, declared)),
      ...declared.partActions
        .filter(({ operation }) => mayCall(operation))
        .map((part) => buildAction(part.operation, part.path, declared)),
    ]),
    any_of,
    ...(board ? { board } : {}),
    ...(calendar ? { calendar } : {}),
    ...(layout.timeline ? { timeline: structuredClone(layout.timeline) as z.output<typeof KindInfo>["timeline"] } : {}),
    layout: { ...parts, tabs: parts.tabs.filter((name) => readableTabs.has(name)) },
  };
}

/** The board with the moves that the caller may make, and the ends that the tenant's master data has. */
async function buildBoard(declared: DeclaredKind): Promise<z.output<typeof KindInfo>["board"]> {
  const board = findBoard(declared);
  if (!board) return undefined;
  const master = board.master === "" ? undefined : findMasterKind(board.master);
  const values = master ? await Master.listAllValues({ kind: master, is_active: true }) : [];
  const ends = master ? listExits(master, values, declared.layout) : [];
  const { place, ...columns } = board;
  return {
    ...columns,
    ...(place !== undefined && mayMove(declared, place) ? { place } : {}),
    moves: board.moves.filter(({ action }) => mayMove(declared, action)),
    exits: [...new Set([...board.exits, ...ends])],
  };
}

/** Whether the caller may call the operation that moves a record of a board. */
const mayMove = ({ actions, standardOperations }: DeclaredKind, name: string): boolean =>
  [...actions, ...standardOperations.values()].some((operation) => operation.name === name && mayCall(operation));

/** Returns the kinds by the schema of their rows, so that a list beside a record tells which kind it lists. */
const listKindsByRow = memoizeByObject(
  (kinds: readonly DeclaredKind[]): ReadonlyMap<unknown, string> =>
    new Map(
      kinds.flatMap(({ kind, standardOperations }) =>
        standardOperations.get("list") ? [[standardOperations.get("list")?.output.meta()?.id, kind.name] as const] : [],
      ),
    ),
);

interface Rights {
  creates: boolean;
  changes: boolean;
}

async function fieldFor(
  { isShown, isCreated, isChanged, holdsCode, ...info }: DeclaredField,
  { creates, changes }: Rights,
  { fields = {}, lists = {} }: Layout,
): Promise<z.output<typeof SchemaField>> {
  const { visibleWhen, requiredWhen } = fields[info.name] ?? {};
  // A tab may have the name of a field. Its columns are not those of the field.
  const columns = lists[info.name];
  const ownsColumns = columns?.every((column) => info.fields?.some(({ name }) => name === column)) === true;
  return {
    ...(await withChoices(info, holdsCode)),
    custom: false,
    visible: isShown,
    read_only: !isCreated && !isChanged,
    creatable: isCreated && creates,
    editable: isChanged && changes,
    ...(columns && ownsColumns ? { columns: [...columns] } : {}),
    ...(visibleWhen ? { visible_when: visibleWhen } : {}),
    ...(requiredWhen ? { required_when: requiredWhen } : {}),
  } as z.output<typeof SchemaField>;
}

/** Returns the tenant's own fields whose values the caller sees. */
async function describeOwnFields({ kind }: DeclaredKind, { creates, changes }: Rights): Promise<z.output<typeof SchemaField>[]> {
  const definitions = CustomField.listEntities().includes(kind.name) ? await CustomField.listVisibleDefinitions(kind.name) : [];
  return definitions.map((definition) => {
    const isEdited = CustomField.canEditField(definition);
    const info = customFieldInfo(definition);
    return {
      ...info,
      required: info.required && isEdited,
      custom: true,
      visible: true,
      read_only: !isEdited,
      creatable: isEdited && creates,
      editable: isEdited && changes,
    };
  });
}

/** The names that `expand` takes for references in custom fields. */
const listCustomReferences = (custom: readonly z.output<typeof SchemaField>[]): z.output<typeof KindInfo>["expand"] =>
  custom.filter(({ type }) => type === "reference").map(({ name }) => ({ name, field: name }));

/** Returns the filters and sort orders by paths that the tenant declared: only paths that are ready. */
async function listPathFilters({ collection, takesPaths }: DeclaredKind) {
  const { all } = takesPaths ? await PathDeclarations.readDeclarations(collection) : { all: [] };
  const ready = all.filter(({ status, path }) => status === "READY" && !isCustomPath(path));
  const filters = ready.flatMap(({ path, type, filter }): z.output<typeof Filter>[] =>
    filter ? [{ name: path, type: type === "choices" ? "choice" : type, plain: true, operators: [] }] : [],
  );
  return { filters, sorts: ready.flatMap(({ path, sort }) => (sort ? [path] : [])) };
}

/** Returns the filters and sort orders by custom fields that the caller sees. */
async function listOwnFilters({ collection, takesPaths }: DeclaredKind) {
  const fields = takesPaths ? await listCustomFields(collection) : [];
  const filters = fields.flatMap((field): z.output<typeof Filter>[] => {
    const { path, type } = field;
    const operators = [...listCustomOperators(field)];
    if (operators.length === 0) return [];
    return [{ name: path, field: path, type: type === "choices" ? "choice" : type, plain: true, operators }];
  });
  return { filters, sorts: fields.flatMap(({ path, type }) => (type === "choices" ? [] : [path])) };
}

/** Up to this many values of master data are listed with their field. If there are more, clients search while the user types. */
export const MAX_CHOICES = 100;

async function withChoices<I extends Pick<FieldInfo, "master" | "choices">>(info: I, byCode = false): Promise<I> {
  const kind = info.master === undefined ? undefined : findMasterKind(info.master);
  const values = kind ? await Master.listAllValues({ kind, is_active: true }) : [];
  if (!kind || values.length > MAX_CHOICES) return info;
  const inOrder = values.sort((a, b) => a.sequence - b.sequence || (a.name < b.name ? -1 : 1));
  return { ...info, choices: inOrder.map(({ id, code, name, color }) => ({ ...(byCode ? {} : { id }), code, name, color })) };
}

/** Adds the choices of master data, also in objects. */
async function withPartChoices(field: FieldInfo): Promise<FieldInfo> {
  const info = await withChoices(field);
  return info.fields ? { ...info, fields: await Promise.all(info.fields.map(withPartChoices)) } : info;
}

const TAB_ANSWERS = { list: "list", record: "record", value: "value", nothing: "value", raw: "file", page: "file" } as const;

async function buildTab(
  operation: Operation,
  declared: DeclaredKind,
  kindByRow: ReadonlyMap<unknown, string>,
): Promise<z.output<typeof Tab>> {
  const name = readTabName(operation, declared);
  const row = operation.output.meta()?.id;
  const kind = operation.kind === "list" && row !== undefined ? kindByRow.get(row) : undefined;
  const answers = TAB_ANSWERS[operation.kind];
  const listed = listTabFields(operation, declared);
  // Lists have names of master data with their rows.
  const fields = answers === "value" && listed ? await Promise.all(listed.map(withPartChoices)) : listed;
  return {
    name,
    label: fieldLabel(name.replaceAll("-", "_")),
    path: operationPath(operation).replace(`{${declared.kind.name}_id}`, "{id}"),
    answers,
    ...(kind === undefined ? {} : { kind }),
    ...(fields ? { fields } : {}),
  };
}

/** Describes an action. Its path has fields of the record in braces. */
async function buildAction(operation: Operation, path: string, declaredKind: DeclaredKind): Promise<z.output<typeof Action>> {
  const { name, summary, method, dialog } = operation;
  const { kind, layout } = declaredKind;
  const { enabledWhen, ...marks } = layout.actions?.[name] ?? {};
  const permitted = listDialogInputs(operation).filter(({ permission }) => permission === undefined || hasPermission(permission));
  const fields = await Promise.all(
    shortenLabels(
      kind,
      permitted.map(({ info }) => info),
    ).map((info) => withChoices(info)),
  );
  return {
    name,
    label: summary,
    ...(dialog.title === undefined ? {} : { title: dialog.title }),
    ...(dialog.effect === undefined ? {} : { help: dialog.effect }),
    ...(dialog.done === undefined ? {} : { done: dialog.done }),
    method: method as z.output<typeof Action>["method"],
    path: BASE_PATH + path,
    on: path.includes("{id}") ? "record" : "collection",
    ...describeAction(name, fields.length, marks),
    ...(dialog.preset ? { preset: { ...dialog.preset } } : {}),
    ...(enabledWhen ? { enabled_when: enabledWhen } : {}),
    ...buildPreview(operation),
    ...buildAnswer(operation),
    fields,
  } as z.output<typeof Action>;
}

interface DialogInput {
  readonly info: z.output<typeof Action>["fields"][number];
  readonly permission: Permission | undefined;
}

/** Lists the inputs that people fill in. Descriptions of the API are for developers, so an input has the help of its dialog alone. */
const listDialogInputs = memoizeByObject((operation: Operation): readonly DialogInput[] => {
  const { inputs = {} } = operation.dialog;
  return describeFields(inputShape(operation)).flatMap((info) => {
    const { label, help, isHidden, isFirst, visibleWhen, requiredWhen, itemOf, record, permission } = inputs[info.name] ?? {};
    if (isHidden) return [];
    const described = {
      ...omitHelp(info),
      ...(label === undefined ? {} : { label }),
      ...(help === undefined ? {} : { help }),
      ...(isFirst ? { first: true } : {}),
      ...(visibleWhen ? { visible_when: visibleWhen } : {}),
      ...(requiredWhen ? { required_when: requiredWhen } : {}),
      ...(itemOf === undefined ? {} : { item_of: itemOf }),
      ...(record === undefined ? {} : { type: "reference" as const, record }),
    };
    return [{ info: described as DialogInput["info"], permission }];
  });
});

/** Leaves out what descriptions of the API say about a field and about the fields in it. */
const omitHelp = ({ help: _help, create_help: _createHelp, fields, ...info }: FieldInfo): FieldInfo => ({
  ...info,
  ...(fields ? { fields: fields.map(omitHelp) } : {}),
});

/** Describes the request that says what an action will do, if the caller may send it. */
function buildPreview({ dialog: { preview } }: Operation): Pick<z.output<typeof Action>, "preview"> {
  if (!preview) return {};
  const operation = operations.find(({ name }) => name === preview.operation);
  if (!operation || !mayCall(operation)) return {};
  const answerFields = describeAnswer(operation);
  return {
    preview: {
      method: operation.method as "GET" | "POST",
      path: operationPath(operation),
      fields: preview.fields.flatMap((name) => answerFields.filter((field) => field.name === name).map(omitHelp)),
    },
  };
}

/** Describes the fields of the answer that a dialog shows. */
function buildAnswer(operation: Operation): Pick<z.output<typeof Action>, "answer"> {
  const { answer } = operation.dialog;
  if (!answer) return {};
  const answerFields = describeAnswer(operation);
  return {
    answer: Object.entries(answer).flatMap(([name, label]) =>
      answerFields.filter((field) => field.name === name).map((field) => ({ ...omitHelp(field), label })),
    ),
  };
}

const describeAnswer = memoizeByObject(({ output }: Operation): readonly FieldInfo[] =>
  output instanceof z.ZodObject ? describeFields(output.shape, "output") : [],
);
