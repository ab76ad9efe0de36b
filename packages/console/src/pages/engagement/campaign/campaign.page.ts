import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

const listPages = (t: Translate) => ({
  label: t("Pages of campaigns"),
  pages: [
    { id: "campaigns", label: t("Campaigns"), href: "/crm/campaigns" },
    { id: "email", label: t("Email campaigns"), href: "/crm/campaigns/email" },
    { id: "automation", label: t("Automation"), href: "/crm/campaigns/automation" },
    { id: "performance", label: t("Performance"), href: "/crm/campaigns/performance" },
    { id: "templates", label: t("Templates"), href: "/crm/campaigns/templates" },
  ],
});

export const campaign = definePage({
  kind: "campaign",
  hasNoFollowers: true,
  routes: {
    "campaigns/attribution": part(() => import("./attribution-page.tsx"), "AttributionPage"),
  },
  neighbors: { list: listPages, displays: { list: "campaigns", performance: "performance" } },
  list: {
    display: { mode: "performance", view: part(() => import("./comparison-view.tsx"), "ComparisonView") },
    creationButton: part(() => import("./template-button.tsx"), "TemplateButton"),
  },
  creation: { firstValues: (_, today) => ({ start_date: today }) },
  record: {
    frame: part(() => import("./campaign-parts.tsx"), "CampaignParts"),
    isOverviewFirst: true,
    sideStages: ["ON_HOLD"],
    shows: { lists: ["campaign_member", "campaign_response", "email_send"] },
  },
});

export const campaignTemplate = definePage({
  kind: "campaign_template",
  neighbors: { list: listPages, displays: { list: "templates" } },
});
