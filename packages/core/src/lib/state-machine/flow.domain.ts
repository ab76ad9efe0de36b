import { domain } from "../../kernel/domain.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const flowGrants = declarePermissions("flow", { read: ["ADMIN"] });

/** Flows themselves: each belongs to the domain that declares it. */
export const flow = domain({ name: "flow", kinds: [], grants: [flowGrants] });
