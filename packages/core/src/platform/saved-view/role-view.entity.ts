import * as z from "zod";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { ROLE_VIEW_DEFAULTS } from "./saved-view.kind.ts";

export const Stored = z.object({
  views: z
    .record(z.string(), z.record(z.string(), z.string()))
    .describe("For each role, or `all_roles`: the id of a view by the name of its kind"),
});

export type RoleDefaultsRecord = z.output<typeof Stored> & BaseRecord;

/** The default views of the roles of a tenant, in one record. */
export const RoleViewDefaults = new Collection<RoleDefaultsRecord>({
  kind: ROLE_VIEW_DEFAULTS,
  schema: Stored,
  personalData: { purpose: "Open lists with the views that administrators chose for roles." },
  row: ["views"],
  indexes: {},
});
