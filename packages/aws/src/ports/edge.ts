import type { EdgeSecretSource } from "../edge.ts";
import { readVariable } from "../environment.ts";

/** Returns the source of the edge's secrets, whose names the stacks set. The client is loaded only where there is an edge. */
export const edge = (): EdgeSecretSource => async () =>
  readVariable("CRM_EDGE") === "" ? undefined : (await import("./parameter-secrets.ts")).openParameterSecrets().edge();
