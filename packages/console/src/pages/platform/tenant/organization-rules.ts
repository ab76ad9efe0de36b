import type { Schemas } from "@crm/sdk/index.ts";
import { isSame } from "../../../input/form/save-changes.ts";

/** The settings of the tenant as flat fields of a form, and the request that changes them. */

export type Tenant = Schemas.Tenant;

type Values = Readonly<Record<string, unknown>>;

/** Settings that are objects. A change sends such an object as a whole. */
const objects = ["letterhead", "quiet_hours", "message_cap", "word_answers"] as const;

/** Days of a limit of messages for which no number was given. */
const DEFAULT_CAP_DAYS = 7;

/** Returns the fields by the paths that the API uses in its errors: `settings.letterhead.sender`. */
export function flattenTenant({ name, settings }: Pick<Tenant, "name" | "settings">): Record<string, unknown> {
  const flat: Record<string, unknown> = { name };
  for (const [key, value] of Object.entries(settings)) {
    if (!(objects as readonly string[]).includes(key)) flat[`settings.${key}`] = value;
    else for (const [part, partValue] of Object.entries(value ?? {})) flat[`settings.${key}.${part}`] = partValue;
  }
  return flat;
}

/** Returns the body of the request for changed fields. The other parts of an object stay as they are stored. */
export function buildTenantChange({ settings }: Pick<Tenant, "settings">, changes: Values): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const changed: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(changes)) {
    const [, key, part] = path.split(".");
    if (key === undefined) body[path] = value;
    else if (part === undefined) changed[key] = value;
    else changed[key] = { ...((changed[key] ?? settings[key as keyof typeof settings]) as object | null), [part]: value };
  }
  const cap = changed.message_cap as { messages?: number | null; days?: number | null } | undefined;
  if (cap) changed.message_cap = cap.messages ? { messages: cap.messages, days: cap.days ?? DEFAULT_CAP_DAYS } : null;
  return Object.keys(changed).length === 0 ? body : { ...body, settings: changed };
}

/** Lists the changed fields that another person changed too, to another value. */
export const listTenantConflicts = (seen: Values, stored: Values, changes: Values): string[] =>
  Object.entries(changes).flatMap(([path, mine]) =>
    isSame(stored[path], seen[path]) || isSame(stored[path], mine) ? [] : [path],
  );

/** Returns the message about a field, or about a part of it: `settings.letterhead.sender[0]`. */
export const findFieldError = (errors: Readonly<Record<string, string>>, path: string): string | undefined =>
  Object.entries(errors).find(([name]) => name === path || name.startsWith(`${path}[`))?.[1];
