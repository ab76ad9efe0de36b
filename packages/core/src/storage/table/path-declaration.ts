import type { FieldType } from "../../kernel/field.ts";

export const declarationStatuses = ["PENDING", "BACKFILLING", "READY", "DROPPING"] as const;
export type DeclarationStatus = (typeof declarationStatuses)[number];

/** A path into records of a kind, declared by a tenant to be found by. */
export interface PathDeclaration {
  /** Of the record that declares it: part of keys. */
  readonly id: string;
  /** `auto_data.vehicles[].vin`, `custom_attributes.shoe.size`, `custom_fields.region`. */
  readonly path: string;
  /** How values are normalized and ordered. */
  readonly type: FieldType;
  /** Whether lists may ask for a value. */
  readonly filter: boolean;
  /** Whether lists may be in its order; only where the path has no []. */
  readonly sort: boolean;
  /** Rises when anything of the declaration changes that entries are made of: type, filter or sort. */
  readonly revision: number;
  /** Lists use it when it is READY; what is DROPPING is found by no more, and its entries leave. */
  readonly status: DeclarationStatus;
  /** What a record has there, where that is not what is stored at the path. */
  readonly readValue?: (record: object) => unknown;
}

/** All declarations of the present tenant, strongly consistent, those that are DROPPING too. */
export type PathDeclarationSource = (entity: string) => Promise<readonly PathDeclaration[]>;
