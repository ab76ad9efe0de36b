import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";

/** The keys of a stage in Parameter Store: a parameter for the root and one for each group. */
export type KeyParameter = KeyGroup | "root";

/** Returns the name of a parameter. Names never change: a parameter of another name would be a stage without keys. */
export const keyParameterName = (stage: string, parameter: KeyParameter): string => `/crm/${stage}/keys/${parameter}`;

/** The two secrets of the edge, both valid, so that one can be changed while CloudFront sends the other. */
export const edgeSecrets = ["1", "2"] as const;
export type EdgeSecret = (typeof edgeSecrets)[number];

/** Returns the name of the parameter with a secret of the edge. It never changes, like the names of keys. */
export const edgeParameterName = (stage: string, secret: EdgeSecret): string => `/crm/${stage}/edge/${secret}`;

/** Secrets of an earlier release, which kept its keys in Secrets Manager: ARNs of the root, and of the groups if it had them. */
export type FormerSecrets = Readonly<Partial<Record<KeyParameter, string>>>;

/** The same for the secrets of the edge. */
export type FormerEdgeSecrets = Readonly<Partial<Record<EdgeSecret, string>>>;

/**
 * Outputs of the stack `gateway` of a stage whose secrets of the edge are in Secrets Manager, and in Parameter Store. They never change their names:
 * a deployment that finds neither makes new secrets.
 */
export const FORMER_EDGE_OUTPUT = "EdgeSecrets";
export const EDGE_OUTPUT = "EdgeParameters";
