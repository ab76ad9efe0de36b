import { useTenant } from "../../kernel/context.ts";
import type { FieldType } from "../../kernel/field.ts";
import type { Kind } from "../../kernel/id.ts";
import { Cache } from "../table/cache.ts";

/**
 * Paths into records that a tenant declares to be found by. What is declared is kept for a minute in each process, in
 * lists and in the stream's consumer alike: so whoever brings entries up to a declaration begins GRACE seconds after it was
 * written, when no process derives without it any more.
 */
export const statuses = ["PENDING", "BACKFILLING", "READY", "DROPPING"] as const;
export type DeclarationStatus = (typeof statuses)[number];

/** A path into records of a kind, declared by a tenant to be found by. */
export interface Declaration {
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
  readonly valueIn?: (record: object) => unknown;
}

/** All declarations of the present tenant, strongly consistent, those that are DROPPING too. */
export type Source = () => Promise<readonly Declaration[]>;

/** How long what is declared may be out of date in a process. */
const KEPT = 60;

/** Seconds from the writing of a declaration to the beginning of its backfill. */
export const GRACE = KEPT + 30;

const sources = new Map<Kind, Source[]>();

/** A domain says where the declarations of its tenant for a kind of record come from; several domains may. */
export const declare = (kind: Kind, source: Source): void => {
  sources.set(kind, [...(sources.get(kind) ?? []), source]);
};

/** Whether tenants can declare paths into records of a kind. */
export const isDeclarable = (kind: Kind): boolean => sources.has(kind);

export interface Declared {
  readonly all: readonly Declaration[];
}

const kept = new Cache<Declared>(KEPT, 10_000);
const keptAs = (kind: Kind): string => `${useTenant()}/${kind}`;

/** What the present tenant declares for a kind, as of a minute ago at most. */
export const declared = (kind: Kind): Promise<Declared> =>
  isDeclarable(kind) ? kept.get(keptAs(kind), () => read(kind)) : Promise.resolve({ all: [] });

/** The same, read now. */
export function declaredNow(kind: Kind): Promise<Declared> {
  forget(kind);
  return declared(kind);
}

/** After a declaration was written in this process. */
export const forget = (kind: Kind): void => kept.forget(keptAs(kind));

async function read(kind: Kind): Promise<Declared> {
  const all = await Promise.all((sources.get(kind) ?? []).map((source) => source()));
  return { all: all.flat() };
}

export * as Declared from "./declared.ts";
