import type { ObjectKind } from "@crm/core/kernel/capabilities.ts";

/** What the keys of a kind begin with in the bucket. */
export const objectPrefix = (kind: ObjectKind): string => `${kind}/`;
