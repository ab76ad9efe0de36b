import type { Translate } from "../../ui/i18n/use-text.ts";

const LIST = "/crm/opportunities";

/** The opportunities as a list and as a board, and the pages of their own. */
export const listOpportunityPages = (t: Translate) => [
  { id: "list", label: t("List"), href: LIST },
  { id: "pipeline", label: t("Board"), href: `${LIST}/pipeline` },
  { id: "forecast", label: t("Forecast"), href: `${LIST}/forecast` },
  { id: "won", label: t("Won"), href: `${LIST}/won` },
  { id: "lost", label: t("Lost"), href: `${LIST}/lost` },
];
