import { declared, withCustom } from "../jobs/export/exportable.ts";
import { Render } from "../render/render.ts";
import { leadGrants } from "./lead.domain.ts";
import { Leads } from "./lead.entity.ts";
import { Lead } from "./lead.ts";

export const leads = declared(Lead.listed, {
  entity: "leads",
  read: leadGrants.read,
  columns: () => withCustom("lead", Lead.listed),
  // Licence numbers and birth dates of drivers go out with those who may see them.
  shown: async () => (await Render.rendering(Leads)).whole,
});
