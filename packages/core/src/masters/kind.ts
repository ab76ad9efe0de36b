import type { Default, MasterKind } from "../kernel/master.ts";

type Declared = Omit<MasterKind, "name">;

/** Declares a kind of master data, beside the domain that it is of; `name` is part of ids and addresses, and never changes. */
/* @__NO_SIDE_EFFECTS__ */
export const masterKind = <const D extends Declared>(name: string, declared: D): { readonly name: string } & D => ({
  name,
  ...declared,
});

/** `Real Estate` is `real_estate`. */
export const codeOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");

/** Values that are no more than their names. */
export const named = (...names: readonly string[]): Default[] => names.map((name) => ({ code: codeOf(name), name }));
