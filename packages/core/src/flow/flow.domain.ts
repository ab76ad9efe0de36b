import { domain } from "../kernel/domain.ts";
import { grants } from "../kernel/permission.ts";

export const flowGrants = grants("flow", { read: ["ADMIN"] });

/** Flows themselves: each belongs to the domain that declares it. */
export const flow = domain({ name: "flow", kinds: [], grants: [flowGrants] });
