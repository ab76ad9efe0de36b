import { type EdgeValues, edgeValues } from "../edge.ts";
import { environment } from "../environment.ts";

/** What the stacks name of the edge; the client is loaded where there is one. */
export function edge(): EdgeValues {
  let made: EdgeValues | undefined;
  const ids = () => environment("CRM_EDGE").split(" ").filter(Boolean);
  const reader = () => import("../secret-reader.ts").then(({ secretReader }) => secretReader());
  return () => {
    made ??= edgeValues(ids(), reader);
    return made();
  };
}
