import type { Translate } from "../i18n/use-text.ts";
import type { SlaPolicy } from "./sla-rules.ts";

/** Returns the name of a policy. Policies with which every tenant starts have the language of the user, unless the tenant named them. */
export function namePolicy({ name, created_by }: Pick<SlaPolicy, "name" | "created_by">, t: Translate): string {
  const defaults: Readonly<Record<string, string>> = {
    Critical: t("Critical"),
    "VIP customers": t("VIP customers"),
    "Billing and account": t("Billing and account"),
    High: t("High"),
    Bugs: t("Bugs"),
    Medium: t("Medium"),
    Low: t("Low"),
    Standard: t("Standard"),
  };
  return (created_by === "system" ? defaults[name] : undefined) ?? name;
}
