import { domain } from "../../kernel/domain.ts";
import { flowGrants } from "./flow.kind.ts";

/** The domain of the flow engine. Each flow itself belongs to the domain that declares it. */
export const flow = domain({ name: "flow", kinds: [], grants: [flowGrants] });
