import type { Translate } from "../i18n/use-text.ts";
import { markCurrent } from "../shell/page-tabs.ts";

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
