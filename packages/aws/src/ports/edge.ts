import { cachedEdgeSecrets, type EdgeSecretSource } from "../edge.ts";
import { readVariable } from "../environment.ts";

/** Returns the source of the edge's secrets, whose ids the stacks set. The client is loaded only where there is an edge. */
export function edge(): EdgeSecretSource {
  let cachedSource: EdgeSecretSource | undefined;
  const ids = () => readVariable("CRM_EDGE").split(" ").filter(Boolean);
  const reader = () => import("../secret-reader.ts").then(({ createSecretReader: secretReader }) => secretReader());
  return () => {
    cachedSource ??= cachedEdgeSecrets(ids(), reader);
    return cachedSource();
  };
}
