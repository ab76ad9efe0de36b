import type { MasterDefault, MasterKind } from "../../kernel/master-kind.ts";

type KindDefinition = Omit<MasterKind, "name">;

/** Declares a kind of master data, beside its domain. `name` is part of ids and addresses, and never changes. */
/* @__NO_SIDE_EFFECTS__ */
export const masterKind = <const D extends KindDefinition>(name: string, declared: D): { readonly name: string } & D => ({
  name,
  ...declared,
});

/** Converts a name to a code: `Real Estate` becomes `real_estate`. */
export const toCode = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");

/** Returns default values that consist only of their names. */
export const buildDefaults = (...names: readonly string[]): MasterDefault[] =>
  names.map((name) => ({ code: toCode(name), name }));
