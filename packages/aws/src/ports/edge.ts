import { cachedEdgeSecrets, type EdgeSecretSource } from "../edge.ts";
import { readVariable } from "../environment.ts";

/** What the stacks name of the edge; the client is loaded where there is one. */
export function edge(): EdgeSecretSource {
  let made: EdgeSecretSource | undefined;
  const ids = () => readVariable("CRM_EDGE").split(" ").filter(Boolean);
  const reader = () => import("../secret-reader.ts").then(({ createSecretReader: secretReader }) => secretReader());
  return () => {
    made ??= cachedEdgeSecrets(ids(), reader);
    return made();
  };
}
