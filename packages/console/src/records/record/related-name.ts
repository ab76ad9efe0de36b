import type { Kind } from "../../api/kind.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";

/** Names a list of related records. The API adds the field where a kind names another one twice; some of these have a word of their own. */
export function nameRelated({ name, label }: Pick<Kind["related"][number], "name" | "label">, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    "campaign.parent_campaign_id": t("Sub-campaigns"),
    "campaign.cloned_from_id": t("Copies of this campaign"),
  };
  return names[name] ?? label;
}
