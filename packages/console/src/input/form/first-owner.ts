import type { Translate } from "../../ui/i18n/use-text.ts";

/** Settings of the organization that say who owns new records, by kind. */
const ownerSettings = { lead: "new_lead_owner", customer: "new_customer_owner", opportunity: "new_opportunity_owner" } as const;

/** Without a setting, the user who creates the record owns it. */
type FirstOwnerSettings = { readonly [Setting in (typeof ownerSettings)[keyof typeof ownerSettings]]?: string };

/** Says who will own a new record of the kind if the user names no owner. Undefined: it does not follow from the settings. */
export function nameFirstOwner(kind: string, settings: FirstOwnerSettings, t: Translate): string | undefined {
  if (!Object.hasOwn(ownerSettings, kind)) return undefined;
  const setting = settings[ownerSettings[kind as keyof typeof ownerSettings]];
  if (setting === "unassigned") return t("No user: others take it");
  return setting === "rule" ? t("A user whom the rule chooses") : t("You");
}
