import type { KindSummary } from "../data/schema.ts";
import type { Translate } from "../i18n/use-text.ts";

interface MenuGroup {
  readonly name: string;
  readonly label: string;
  readonly kinds: readonly KindSummary[];
}

/** Lists the kinds of the menu by their groups, in the order of the schema. */
export function listMenuGroups(kinds: readonly KindSummary[], t: Translate): MenuGroup[] {
  const groups: readonly (readonly [name: string, label: string])[] = [
    ["sales", t("Sales")],
    ["people", t("People")],
    ["activity", t("Activity")],
    ["agreements", t("Agreements")],
    ["service", t("Service")],
    ["marketing", t("Marketing")],
    ["messages", t("Messages")],
    ["catalog", t("Catalog")],
    ["data", t("Data")],
    ["settings", t("Settings")],
  ];
  return groups
    .map(([name, label]) => ({
      name,
      label,
      kinds: kinds.filter(({ menu, operations }) => menu === name && operations.includes("list")),
    }))
    .filter((group) => group.kinds.length > 0);
}
