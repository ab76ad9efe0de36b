import type { ObjectKind } from "../../kernel/capabilities.ts";
import { useTenant } from "../../kernel/context.ts";

/**
 * Every key of an object is made here: the tenant, what it is, and then ids and numbers, `ten_…/uploads/upl_…`. Rights
 * and backups go by the first part, how long a thing is kept by the second.
 */

/** The key of an object of the actor's tenant; with an empty last part, the prefix of all below. */
export function objectKey(kind: ObjectKind, ...parts: readonly string[]): string {
  const key = [useTenant(), kind, ...parts].join("/");
  parseObjectKey(key);
  return key;
}

const OBJECT_KEY_PATTERN = /^([\w-]+)\/([\w-]+)\/((?:[\w-][\w.-]*(?:\/|$))*)$/;

/** What a key, or a prefix of keys, is made of; no key leads out of its tenant, nor its kind, whatever it is made from. */
export function parseObjectKey(key: string): { tenant: string; kind: string; rest: string } {
  const [, tenant, kind, rest] = OBJECT_KEY_PATTERN.exec(key) ?? [];
  if (tenant === undefined || kind === undefined || rest === undefined) throw new Error(`Not the key of an object: ${key}`);
  return { tenant, kind, rest };
}
