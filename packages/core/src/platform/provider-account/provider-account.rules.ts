import type { ErrorDetail } from "../../kernel/error.ts";

/** The fields that an account with a provider requires, and those of other providers. */
export interface AccountRequirements {
  fields: readonly string[];
  /** Left out if the provider needs none. */
  secret?: string;
  foreignFields: readonly string[];
}

type AccountValues = Readonly<Record<string, unknown>>;

/** Returns the errors in an account and its secrets. A stored account already has its secret, so it is not required again. */
export function validateAccount(
  { fields, secret, foreignFields }: AccountRequirements,
  values: AccountValues,
  secrets: AccountValues,
  isStored: boolean,
): ErrorDetail[] {
  const all: AccountValues = { ...values, ...secrets };
  const missing = isStored || secret === undefined ? fields : [...fields, secret];
  return [
    ...missing.filter((field) => !all[field]).map((field) => ({ field, message: "Required" })),
    ...foreignFields.filter((field) => all[field]).map((field) => ({ field, message: "Not of this provider" })),
  ];
}

/** Returns errors for changes to fields that cannot change. */
export const findImmutableChanges = <A>(current: A, next: A, fields: readonly (keyof A & string)[]): ErrorDetail[] =>
  fields.flatMap((field) =>
    next[field] === current[field] ? [] : [{ field, message: "Cannot be changed: create another account" }],
  );
