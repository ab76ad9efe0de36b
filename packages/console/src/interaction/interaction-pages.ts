import type { Translate } from "../i18n/use-text.ts";

const LIST = "/crm/interactions";

/** The list of interactions, and the pages of their own. */
export const listInteractionPages = (t: Translate) => [
  { id: "list", label: t("List"), href: LIST },
  { id: "timeline", label: t("Timeline"), href: `${LIST}/timeline` },
  { id: "analysis", label: t("Analysis"), href: `${LIST}/analysis` },
];
