import { CustomFields } from "../custom-field/values.ts";
import { declared, withCustom } from "../jobs/export/exportable.ts";
import { leadGrants } from "./lead.domain.ts";
import { Lead } from "./lead.ts";

export const leads = declared(Lead.listed, {
  entity: "leads",
  read: leadGrants.read,
  columns: () => withCustom("lead", Lead.listed),
  shown: async () => {
    const seen = await CustomFields.seen("lead");
    return (lead) => ({ ...lead, custom_fields: seen(lead.custom_fields) });
  },
});
