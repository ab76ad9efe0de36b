import type { ObjectKind } from "../../kernel/capabilities.ts";
import { useTenant } from "../../kernel/context.ts";

/**
 * Builds all keys of objects: the tenant, the kind, and then ids and numbers, `ten_…/uploads/upl_…`. IAM rights and backups depend on the
 * first part, retention on the second.
 */

/** Builds the key of an object of the actor's tenant; with an empty last part, a prefix of keys. */
export function objectKey(kind: ObjectKind, ...parts: readonly string[]): string {
  const key = [useTenant(), kind, ...parts].join("/");
  parseObjectKey(key);
  return key;
}

const OBJECT_KEY_PATTERN = /^([\w-]+)\/([\w-]+)\/((?:[\w-][\w.=-]*(?:\/|$))*)$/;

/** Parses a key or a prefix of keys. Refuses keys that lead out of their tenant or kind. */
export function parseObjectKey(key: string): { tenant: string; kind: string; rest: string } {
  const [, tenant, kind, rest] = OBJECT_KEY_PATTERN.exec(key) ?? [];
  if (tenant === undefined || kind === undefined || rest === undefined) throw new Error(`Invalid object key: ${key}`);
  return { tenant, kind, rest };
}
