import type { ObjectKind } from "@crm/core/kernel/capabilities.ts";

/** Returns the key prefix of an object kind in the bucket. */
export const objectPrefix = (kind: ObjectKind): string => `${kind}/`;
