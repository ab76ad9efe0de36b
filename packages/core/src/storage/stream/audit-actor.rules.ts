import { idPrefix } from "../../kernel/id.ts";
import { API_KEY } from "../../platform/auth/auth.kind.ts";
import { USER } from "../../platform/user/user.kind.ts";

/** Pure rules of the audit trail: whose change an entry is (docs/platform/audit.md). */

/**
 * `automation`: workflows, sends, batches, imports and bulk changes, with the rights of a user or an API key. `system`: jobs, forms and public pages,
 * and changes of bookkeeping fields alone.
 */
export const actorTypes = ["user", "api_key", "automation", "system"] as const;
type ActorType = (typeof actorTypes)[number];

/** Fields that change with others, and say nothing by themselves. */
const BOOKKEEPING_PATTERN =
  /^(?:version|updated_at|updated_by|deleted_at|created_day|last_activity_date)$|_(?:changed|scored|due)_at$/;

export const isBookkeepingField = (field: string): boolean => BOOKKEEPING_PATTERN.test(field);

/**
 * Returns the type of an actor by the id that an entry holds: a user id, the id of an API key, `system:import` or `form:frm_…`. `isWork`: the change is
 * of work that a user or an API key has started, or that runs with their rights.
 */
export function classifyActor(id: string, isWork: boolean): ActorType {
  const prefix = idPrefix(id);
  if (isWork && (prefix === USER.prefix || prefix === API_KEY.prefix)) return "automation";
  if (prefix === USER.prefix) return "user";
  return prefix === API_KEY.prefix ? "api_key" : "system";
}

/** An update, with the internal fields of its kind. */
interface FieldChanges {
  readonly operation: string;
  readonly changed: readonly string[];
  readonly internal?: ReadonlySet<string>;
}

/** Returns whether an update changes nothing but bookkeeping: internal fields, and fields that change with others. A restore is no bookkeeping. */
export const isBookkeepingChange = ({ operation, changed, internal = new Set() }: FieldChanges): boolean =>
  operation === "UPDATE" &&
  changed.every((field) => field !== "deleted_at" && (internal.has(field) || isBookkeepingField(field)));
