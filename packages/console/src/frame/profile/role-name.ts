import { fieldLabel } from "../../api/field-label.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";

export const roleNames = ["ADMIN", "DIRECTOR", "MANAGER", "SALES_REP", "MARKETER", "SUPPORT_AGENT", "ANALYST", "USER"] as const;

/** The roles as which an administrator can view the data. */
export const viewableRoles = roleNames.filter((role) => role !== "ADMIN");

/** Returns the name of a role. */
export function nameRole(role: string, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    ADMIN: t("Administrator"),
    DIRECTOR: t("Director"),
    MANAGER: t("Manager"),
    SALES_REP: t("Sales representative"),
    MARKETER: t("Marketer"),
    SUPPORT_AGENT: t("Support agent"),
    ANALYST: t("Analyst"),
    USER: t("User"),
  };
  return names[role] ?? fieldLabel(role.toLowerCase());
}
