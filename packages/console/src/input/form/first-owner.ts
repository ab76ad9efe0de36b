import { findPages, type OwnerSetting } from "../../api/page-manifest.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";

/** Without a setting, the user who creates the record owns it. */
type FirstOwnerSettings = { readonly [Setting in OwnerSetting]?: string };

/** Says who will own a new record of the kind if the user names no owner. Undefined: it does not follow from the settings. */
export function nameFirstOwner(kind: string, settings: FirstOwnerSettings, t: Translate): string | undefined {
  const name = findPages(kind).creation?.ownerSetting;
  if (name === undefined) return undefined;
  const setting = settings[name];
  if (setting === "unassigned") return t("No user: others take it");
  return setting === "rule" ? t("A user whom the rule chooses") : t("You");
}
