import type { Translate } from "../../ui/i18n/use-text.ts";
import { markCurrent } from "./page-tabs.ts";

const LIST = "/crm/interactions";

/** The list of interactions, and the pages of their own, beside each other. */
export const listInteractionPages = (current: string, t: Translate) => ({
  label: t("Pages of interactions"),
  tabs: markCurrent(
    [
      { id: "list", label: t("List"), href: LIST },
      { id: "timeline", label: t("Timeline"), href: `${LIST}/timeline` },
      { id: "analysis", label: t("Analysis"), href: `${LIST}/analysis` },
    ],
    current,
  ),
});
