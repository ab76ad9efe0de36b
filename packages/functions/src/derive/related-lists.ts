import type { FieldInfo } from "@crm/core/kernel/field-info.ts";
import { TENANT } from "@crm/core/platform/tenant/tenant.kind.ts";
import { USER } from "@crm/core/platform/user/user.kind.ts";
import type * as z from "zod";
import type { Related } from "../api/platform/record-schema.ts";
import type { DeclaredField, DeclaredKind } from "./kinds.ts";
import { findCardFields } from "./layout.ts";

/**
 * Lists the records of other kinds that name a record of a kind: their list with a filter by its id. `preset` has the values of a new record
 * that belongs to it. `{id}` stands for the id of the record.
 */
export function listRelated({ kind }: DeclaredKind, kinds: readonly DeclaredKind[]): z.output<typeof Related>[] {
  // Every kind names users, and every record belongs to the tenant.
  if (kind === USER || kind === TENANT) return [];
  return kinds.flatMap((other) => {
    const fields = other.fields.filter((field) => field.isShown && !field.multiple && namesKind(field, kind.name, other.fields));
    const isNameAmbiguous = fields.length > 1;
    // A list that stands alone needs no field in its label, unless the records are of the same kind: child tickets of a ticket.
    const hasFieldLabel =
      isNameAmbiguous && (other.kind === kind || fields.filter(({ name }) => findFilter(other, name)).length > 1);
    return fields.flatMap((field) => buildRelated(other, field, kind.name, { isNameAmbiguous, hasFieldLabel }));
  });
}

/** Returns whether a field names a record of the kind. */
function namesKind({ record, type_field }: DeclaredField, kind: string, fields: readonly DeclaredField[]): boolean {
  if (type_field === undefined) return record === kind;
  const types = fields.find(({ name }) => name === type_field)?.choices ?? [];
  return types.some(({ code }) => code.toLowerCase() === kind);
}

/** Returns the fields of a card below its title. Names of master data and records come with the records (`expand`). */
function listCardFields(other: DeclaredKind, without: string): FieldInfo[] {
  const names = findCardFields(other, other.layout).filter((name) => name !== without);
  return names.flatMap((name) => {
    const field = other.fields.find((candidate) => candidate.name === name);
    if (!field) return [];
    const { isShown: _shown, isCreated: _created, isChanged: _changed, holdsCode: _code, ...info } = field;
    return [info];
  });
}

const findFilter = ({ filters }: DeclaredKind, name: string) => filters.find(({ field, plain }) => field === name && plain);

function buildRelated(
  other: DeclaredKind,
  { name, label, type_field, isCreated }: DeclaredField,
  referencedKind: string,
  { isNameAmbiguous, hasFieldLabel }: { isNameAmbiguous: boolean; hasFieldLabel: boolean },
): z.output<typeof Related>[] {
  const { kind, labels, fields, layout } = other;
  const filter = findFilter(other, name);
  if (!filter) return [];
  const type = fields
    .find((candidate) => candidate.name === type_field)
    ?.choices?.find(({ code }) => code.toLowerCase() === referencedKind)?.code;
  return [
    {
      name: isNameAmbiguous ? `${kind.name}.${name}` : kind.name,
      label: hasFieldLabel ? (layout.relatedLabels?.[name] ?? `${labels} (${label})`) : labels,
      kind: kind.name,
      field: name,
      filter: { [filter.name]: "{id}" },
      card: listCardFields(other, name),
      ...(isCreated ? { preset: { [name]: "{id}", ...(type_field && type ? { [type_field]: type } : {}) } } : {}),
    },
  ];
}
