import type { ErrorDetail } from "../../kernel/error.ts";

/** The fields that an account with a provider requires, and those of other providers. */
export interface AccountRequirements {
  fields: readonly string[];
  secret: string;
  foreignFields: readonly string[];
}

type AccountValues = Readonly<Record<string, unknown>>;

/** Returns the errors in an account and its secrets. A stored account already has its secret, so it is not required again. */
export function validateAccount(
  { fields, secret, foreignFields: not }: AccountRequirements,
  stated: AccountValues,
  given: AccountValues,
  isKept: boolean,
): ErrorDetail[] {
  const all: AccountValues = { ...stated, ...given };
  const missing = isKept ? fields : [...fields, secret];
  return [
    ...missing.filter((field) => !all[field]).map((field) => ({ field, message: "Required" })),
    ...not.filter((field) => all[field]).map((field) => ({ field, message: "Not of this provider" })),
  ];
}

/** Returns the given secrets of an account, by name. */
export const pickSecrets = <S extends string>(
  names: readonly S[],
  given: { [N in S]?: string | undefined },
): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));

/** Returns errors for changes to fields that cannot change. */
export const findImmutableChanges = <A>(current: A, next: A, fields: readonly (keyof A & string)[]): ErrorDetail[] =>
  fields.flatMap((field) => (next[field] === current[field] ? [] : [{ field, message: "It stays: make another account" }]));
