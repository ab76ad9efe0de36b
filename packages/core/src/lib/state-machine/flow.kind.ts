import { declarePermissions } from "../../kernel/permission.ts";

export const flowGrants = declarePermissions("flow", { read: ["ADMIN"] });
