import { declarePermissions, everyone } from "../../kernel/permission.ts";

/** Figures of all areas. Each figure also needs the permissions of the records that it counts. */
export const analyticsGrants = declarePermissions("analytics", { read: everyone });
