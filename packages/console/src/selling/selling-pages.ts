import type { Translate } from "../i18n/use-text.ts";

const LIST = "/crm/opportunities";

/** The pages of opportunities that are not made from the schema. */
export const listSellingPages = (t: Translate) => [
  { id: "forecast", label: t("Forecast"), href: `${LIST}/forecast` },
  { id: "won", label: t("Won"), href: `${LIST}/won` },
  { id: "lost", label: t("Lost"), href: `${LIST}/lost` },
];

/** The open opportunities as a list and as a board, and the pages of their own. */
export const listOpportunityPages = (t: Translate) => [
  { id: "list", label: t("Open opportunities"), href: `${LIST}?is_closed=false` },
  { id: "pipeline", label: t("Board"), href: `${LIST}/pipeline` },
  ...listSellingPages(t),
];
