import type { FieldType } from "../../kernel/field.ts";

export const declarationStatuses = ["PENDING", "BACKFILLING", "READY", "DROPPING"] as const;
export type DeclarationStatus = (typeof declarationStatuses)[number];

/** A search path: a path into records of a kind, declared by a tenant. */
export interface PathDeclaration {
  /** The id of the record that declares it. It is part of keys. */
  readonly id: string;
  /** `auto_data.vehicles[].vin`, `custom_attributes.shoe.size`, `custom_fields.region`. */
  readonly path: string;
  /** How values are normalized and sorted. */
  readonly type: FieldType;
  /** Whether lists can filter by it. */
  readonly filter: boolean;
  /** Whether lists can sort by it; only for paths without []. */
  readonly sort: boolean;
  /** Rises when type, filter or sort changes, because entries are made of these. */
  readonly revision: number;
  /** Lists use it if it is READY. If it is DROPPING, lists no longer use it and its entries are deleted. */
  readonly status: DeclarationStatus;
  /** Returns the value of a record, if it is not the value stored at the path. */
  readonly readValue?: (record: object) => unknown;
}

/** Returns all declarations of the tenant, strongly consistent, including those that are DROPPING. */
export type PathDeclarationSource = (entity: string) => Promise<readonly PathDeclaration[]>;
