import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";

/** The keys of a stage in Parameter Store: a parameter for the root and one for each group. */
export type KeyParameter = KeyGroup | "root";

/** Returns the name of a parameter. Names never change: a parameter of another name would be a stage without keys. */
export const keyParameterName = (stage: string, parameter: KeyParameter): string => `/crm/${stage}/keys/${parameter}`;

/** Secrets of an earlier release, which kept its keys in Secrets Manager: ARNs of the root, and of the groups if it had them. */
export type FormerSecrets = Readonly<Partial<Record<KeyParameter, string>>>;
