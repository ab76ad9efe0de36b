import { type Column, declared, withCustom } from "../jobs/export/exportable.ts";
import type { Field } from "../kernel/field.ts";
import { Consent } from "../person/consent.ts";
import { Render } from "../render/render.ts";
import { documentIn } from "../storage/vault/detail.rules.ts";
import { leadGrants } from "./lead.domain.ts";
import { Leads } from "./lead.entity.ts";
import { Lead } from "./lead.ts";
import { OwnLines } from "./own-lines.ts";

const columnOf = (field: Field): Column => ({ ...field, inRow: false, value: (lead) => documentIn(lead, field.name) });

export const leads = declared(Lead.listed, {
  entity: "leads",
  read: leadGrants.read,
  columns: async () => [...(await withCustom("lead", Lead.listed)), ...(await OwnLines.fields()).map(columnOf)],
  // Licence numbers and birth dates of drivers go out with those who may see them.
  shown: async (records) => {
    const [{ whole }, shown] = await Promise.all([Render.rendering(Leads), Consent.showing(records)]);
    return Promise.all(shown.map(whole));
  },
});
