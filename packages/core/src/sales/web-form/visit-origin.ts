import * as z from "zod";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { isId } from "../../kernel/id.ts";
import { readUtm, type Utm, utmNames } from "../../people/interaction/utm.rules.ts";
import { Master } from "../../platform/master-data/master.ts";
import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import { CampaignLookup } from "./campaign-lookup.ts";
import type { Form } from "./form.ts";

/**
 * Where the visitor of a form or page came from: the campaign, lead source and UTM parameters (docs/people/persons.md, "Public intake"). The settings of
 * the form come before the values of the visitor.
 */
export interface VisitOrigin {
  utm: Utm;
  /** A campaign, or a text of an earlier release. */
  campaign_id: string | null;
  /** The fields of a lead that the form creates. */
  lead: { lead_source_id: string | null; source_campaign_id: string | null };
}

/** UTM parameters of a request. A visitor does not choose them, so values of any form and length are accepted. */
export const utmFields = Object.fromEntries(
  utmNames.map((name) => [name, z.unknown().optional().describe("Any value; from the address of the page")]),
) as { [N in (typeof utmNames)[number]]: z.ZodOptional<z.ZodUnknown> };

/** Reads the origin from the fields of a request, or else from the addresses of the page and of the page before. */
export async function loadOrigin(
  form: Form.Form,
  fields: Readonly<Record<string, unknown>>,
  addresses: readonly unknown[],
): Promise<VisitOrigin> {
  const utm = readUtm(fields, addresses);
  const campaign_id =
    form.campaign_id ??
    (utm.utm_campaign === undefined ? null : ((await CampaignLookup.findCampaignId(utm.utm_campaign)) ?? null));
  if (!form.makes_lead) return { utm, campaign_id, lead: { lead_source_id: null, source_campaign_id: null } };
  const lead_source_id = form.lead_source_id ?? (await findLeadSource(utm));
  return { utm, campaign_id, lead: { lead_source_id, source_campaign_id: readSourceCampaign(campaign_id) } };
}

/** Returns the lead source that has the source, or else the medium, as its code or name. */
async function findLeadSource({ utm_source, utm_medium }: Utm): Promise<string | null> {
  for (const value of [utm_source, utm_medium]) {
    const id = value === undefined ? undefined : await Master.findByName(LEAD_SOURCES, value);
    if (id !== undefined) return id;
  }
  return null;
}

/** A text of an earlier release names no campaign. */
const readSourceCampaign = (id: string | null): string | null => (id !== null && isId(id, CAMPAIGN) ? id : null);

export * as VisitOrigins from "./visit-origin.ts";
