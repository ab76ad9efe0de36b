import type { PersonalData } from "../personal-data/declaration.ts";
import type { TenantRecord } from "./tenant.entity.ts";

export const tenant: PersonalData<TenantRecord> = {
  purpose: "Identify the organization that uses the system, and hold its settings.",
  subject: undefined,
  fields: {
    name: "none",
    slug: "none",
    plan: "none",
    status: "none",
    status_reason: "none",
    settings: "none",
    limits: "none",
    sample_import_ids: "none",
  },
};
