import { useRequest } from "@crm/core/kernel/context.ts";
import { fieldLabel } from "@crm/core/kernel/field.ts";
import { describeFields, type FieldInfo } from "@crm/core/kernel/field-info.ts";
import { negotiateLanguage } from "@crm/core/kernel/language.ts";
import { memoizeByObject } from "@crm/core/kernel/memoize.ts";
import { findMasterKind } from "@crm/core/kernel/registry.ts";
import { CustomField } from "@crm/core/platform/custom-field/custom-field.ts";
import { Master } from "@crm/core/platform/master-data/master.ts";
import { PathDeclarations } from "@crm/core/storage/read/path-declarations.ts";
import type * as z from "zod";
import type { Action, Filter, KindInfo, Schema, SchemaField, Tab } from "../api/platform/record-schema.ts";
import { accessRejection } from "../http/access-check.ts";
import { BASE_PATH, type Operation, operationPath } from "../http/operation.ts";
import { customFieldInfo } from "./custom-fields.ts";
import { type DeclaredField, type DeclaredKind, declaredKinds, inputShape } from "./kinds.ts";

/**
 * Builds the schema of all kinds of record, or of the kind `kindName`: as the current tenant has them, and as the caller may use
 * them.
 */
export async function buildSchema(kindName: string | undefined): Promise<z.output<typeof Schema>> {
  const requestedKinds = (await declaredKinds()).filter(({ kind }) => kindName === undefined || kind.name === kindName);
  const allKinds = await Promise.all(requestedKinds.map(kindFor));
  const kinds = allKinds.filter((kind) => kind !== undefined);
  const language = negotiateLanguage(useRequest().languages ?? "") ?? "en";
  // Loaded on demand: most callers ask for English, the default.
  return { kinds: language === "en" ? kinds : await (await import("./schema-language.ts")).translateLabels(kinds, language) };
}

const mayCall = (operation: Operation): boolean => accessRejection(operation) === undefined;

async function kindFor(declared: DeclaredKind): Promise<z.output<typeof KindInfo> | undefined> {
  const { kind, path, label, labels, title, row, expand, board, any_of } = declared;
  const operations = [...declared.standardOperations].flatMap(([name, operation]) => (mayCall(operation) ? [name] : []));
  const may = (...operationNames: readonly (typeof operations)[number][]): boolean =>
    operationNames.some((name) => operations.includes(name));
  if (!may("list", "read")) return undefined;
  const rights = { creates: may("create"), changes: may("update", "replace") };
  const custom = await listCustomFields(declared, rights);
  const paths = await listPathFilters(declared, custom);
  return {
    kind: kind.name,
    path: BASE_PATH + path,
    label,
    labels,
    icon: kind.display.icon ?? "box",
    title,
    fields: [...(await Promise.all(declared.fields.map((field) => fieldFor(field, rights)))), ...custom],
    row: [...row],
    filters: [...(await Promise.all(declared.filters.map((filter) => withChoices(filter)))), ...paths.filters],
    sorts: [...declared.sorts, ...paths.sorts],
    expand: [...expand],
    tabs: declared.tabs.filter(mayCall).map((operation) => buildTab(operation, path)),
    actions: await Promise.all(declared.actions.filter(mayCall).map((operation) => buildAction(operation, path))),
    any_of,
    ...(board ? { board } : {}),
    operations,
  };
}

interface Rights {
  creates: boolean;
  changes: boolean;
}

async function fieldFor(
  { isShown, isCreated, isChanged, holdsCode: byCode, ...info }: DeclaredField,
  { creates, changes }: Rights,
): Promise<z.output<typeof SchemaField>> {
  return {
    ...(await withChoices(info, byCode)),
    custom: false,
    visible: isShown,
    read_only: !isCreated && !isChanged,
    creatable: isCreated && creates,
    editable: isChanged && changes,
  };
}

/** Returns the tenant's own fields whose values the caller sees. */
async function listCustomFields({ kind }: DeclaredKind, { creates, changes }: Rights): Promise<z.output<typeof SchemaField>[]> {
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

/**
 * Returns the filters and sort orders by paths that the tenant declared: only paths that are ready and whose values the caller
 * sees.
 */
async function listPathFilters({ collection, takesPaths }: DeclaredKind, custom: readonly { name: string }[]) {
  const { all } = takesPaths ? await PathDeclarations.readDeclarations(collection) : { all: [] };
  const visibleNames = new Set(custom.map(({ name }) => name));
  const ready = all.filter(
    ({ status, path }) => status === "READY" && (!path.startsWith("custom_fields.") || visibleNames.has(path)),
  );
  const filters = ready.flatMap(({ path: name, type, filter }): z.output<typeof Filter>[] =>
    filter ? [{ name, type: type === "choices" ? "choice" : type, plain: true, operators: [] }] : [],
  );
  return { filters, sorts: ready.flatMap(({ path, sort }) => (sort ? [path] : [])) };
}

/** Up to this many values of master data are listed with their field. If there are more, clients search while the user types. */
const MAX_CHOICES = 50;

async function withChoices<I extends Pick<FieldInfo, "master" | "choices">>(info: I, byCode = false): Promise<I> {
  const kind = info.master === undefined ? undefined : findMasterKind(info.master);
  const values = kind ? await Master.listAllValues({ kind, is_active: true }) : [];
  if (!kind || values.length > MAX_CHOICES) return info;
  const inOrder = values.sort((a, b) => a.sequence - b.sequence || (a.name < b.name ? -1 : 1));
  return { ...info, choices: inOrder.map(({ id, code, name, color }) => ({ ...(byCode ? {} : { id }), code, name, color })) };
}

const TAB_ANSWERS = { list: "list", record: "record", value: "value", nothing: "value", raw: "file", page: "file" } as const;

function buildTab(operation: Operation, path: string): z.output<typeof Tab> {
  const name = operation.path.slice(`${path}/{id}/`.length);
  return {
    name,
    label: fieldLabel(name.replaceAll("-", "_")),
    path: operationPath(operation),
    answers: TAB_ANSWERS[operation.kind],
  };
}

async function buildAction(operation: Operation, path: string): Promise<z.output<typeof Action>> {
  const { name, summary: label, description: help, method } = operation;
  return {
    name,
    label,
    ...(help === "" ? {} : { help }),
    method: method as z.output<typeof Action>["method"],
    path: operationPath(operation),
    on: operation.path.startsWith(`${path}/{id}/`) ? "record" : "collection",
    fields: await Promise.all(listInputFields(operation).map((info) => withChoices(info))),
  };
}

const listInputFields = memoizeByObject((operation: Operation): readonly FieldInfo[] => describeFields(inputShape(operation)));
