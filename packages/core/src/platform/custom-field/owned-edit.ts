import type { Permission } from "../../kernel/permission.ts";
import { User } from "../user/user.ts";
import type { Entity } from "./custom-field.entity.ts";
import { CustomFields } from "./values.ts";

/** Parts of a change of a record with an owner, besides its plain fields. */
export interface OwnedEdit {
  readonly owner_id?: string | null | undefined;
  readonly custom_fields?: CustomFields.CustomFieldInput;
}

interface EditContext extends OwnedEdit {
  /** The permission to assign the records of the kind, and what errors call them. */
  readonly ownerCheck: readonly [assign: Permission, recordLabel: string];
  readonly options: CustomFields.WriteOptions;
}

interface OwnedRecord {
  readonly owner_id: string | null;
  readonly custom_fields: CustomFields.Values | null;
}

/**
 * Resolves the custom fields and the owner of a change. `fields` are the plain fields, which their domain validates meanwhile. Faults of fields are
 * thrown together; the owner is checked after them.
 */
export async function resolveOwnedEdit<T extends object>(
  entity: Entity,
  current: OwnedRecord,
  { owner_id, custom_fields, ownerCheck, options }: EditContext,
  fields: Promise<T>,
): Promise<T & OwnedRecord> {
  const writeOptions = { ...options, current: current.custom_fields };
  const resolved = await CustomFields.resolveTogether(entity, custom_fields, writeOptions, fields);
  const owner =
    owner_id === undefined ? current.owner_id : await User.resolveChangedOwner(current.owner_id, owner_id, ...ownerCheck);
  return { ...resolved, owner_id: owner };
}

/** Merges a change into a record. Fields that a record always has keep their value if the caller clears them. */
export function mergeChanges<R extends object, F extends keyof R>(
  current: R,
  input: { readonly [K in F]?: R[K] | null } & { readonly [K in Exclude<keyof R, F>]?: R[K] },
  required: readonly F[],
): R {
  const next: R = { ...current, ...input };
  for (const field of required) next[field] ??= current[field];
  return next;
}
