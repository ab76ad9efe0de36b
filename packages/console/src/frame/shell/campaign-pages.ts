import type { Translate } from "../../ui/i18n/use-text.ts";
import { markCurrent } from "./page-tabs.ts";

/** The pages of campaigns that stand beside each other. */
export const listCampaignPages = (current: string, t: Translate) => ({
  label: t("Pages of campaigns"),
  tabs: markCurrent(
    [
      { id: "campaigns", label: t("Campaigns"), href: "/crm/campaigns" },
      { id: "email", label: t("Email campaigns"), href: "/crm/campaigns/email" },
      { id: "automation", label: t("Automation"), href: "/crm/campaigns/automation" },
      { id: "performance", label: t("Performance"), href: "/crm/campaigns/performance" },
      { id: "templates", label: t("Templates"), href: "/crm/campaigns/templates" },
    ],
    current,
  ),
});
