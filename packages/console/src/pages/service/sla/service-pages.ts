import { markCurrent } from "../../../frame/shell/page-tabs.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

interface ServicePage {
  readonly id: string;
  readonly label: string;
  readonly href: string;
  readonly isCurrent: boolean;
}

/** The pages about how support works, beside each other. */
export function listServicePages(current: string, t: Translate): ServicePage[] {
  const pages = [
    { id: "sla", label: t("Policies"), href: "/crm/support/sla" },
    { id: "calendars", label: t("Calendars"), href: "/crm/support/calendars" },
  ];
  return markCurrent(pages, current);
}
