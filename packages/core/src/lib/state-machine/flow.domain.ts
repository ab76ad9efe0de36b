import { domain } from "../../kernel/domain.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const flowGrants = declarePermissions("flow", { read: ["ADMIN"] });

/** The domain of the flow engine. Each flow itself belongs to the domain that declares it. */
export const flow = domain({ name: "flow", kinds: [], grants: [flowGrants] });
