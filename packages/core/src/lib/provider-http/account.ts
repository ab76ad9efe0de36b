import type { ErrorDetail } from "../../kernel/error.ts";

/** What an account with a provider must have, and what is another provider's. */
export interface AccountRequirements {
  fields: readonly string[];
  secret: string;
  foreignFields: readonly string[];
}

type AccountValues = Readonly<Record<string, unknown>>;

/** What is wrong with an account as it is stated and the secrets that came with it; one that is kept has its secret. */
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

/** What was given of an account's secrets, by their names. */
export const pickSecrets = <S extends string>(
  names: readonly S[],
  given: { [N in S]?: string | undefined },
): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));

/** What of an account stays as it was made, and was to be changed. */
export const findImmutableChanges = <A>(current: A, next: A, fields: readonly (keyof A & string)[]): ErrorDetail[] =>
  fields.flatMap((field) => (next[field] === current[field] ? [] : [{ field, message: "It stays: make another account" }]));
