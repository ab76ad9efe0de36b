import { markCurrent } from "../../../frame/shell/page-tabs.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

/** The pages of contracts that stand beside each other. */
export const listContractPages = (current: string, t: Translate) => ({
  label: t("Pages of contracts"),
  tabs: markCurrent(
    [
      { id: "contracts", label: t("Contracts"), href: "/crm/contracts" },
      { id: "amendments", label: t("Amendments"), href: "/crm/contracts/amendments" },
      { id: "renewals", label: t("Renewals"), href: "/crm/contracts/renewals" },
      { id: "templates", label: t("Templates"), href: "/crm/contracts/templates" },
    ],
    current,
  ),
});
