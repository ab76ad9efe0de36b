import type { KindSummary } from "../data/schema.ts";
import type { Translate } from "../i18n/use-text.ts";

interface MenuGroup {
  readonly name: string;
  readonly label: string;
  readonly kinds: readonly KindSummary[];
}

/** Kinds in the order of their group, the most used first. Others follow in the order of the schema. */
const MENU_ORDER = [
  ...["lead", "opportunity", "order", "invoice", "payment", "pre_order", "target"],
  ...["customer", "contact", "person"],
  ...["activity", "interaction", "project", "note"],
  ...["quote", "proposal", "contract", "approval", "signature_request", "deal"],
  ...["ticket", "knowledge_article", "after_sales_case", "ticket_survey"],
  ...["campaign", "segment", "contact_list", "email_send", "workflow", "form"],
  ...["conversation", "message", "message_template"],
  ...["product", "price_book", "pricing_rule"],
  ...["import", "export", "bulk_change"],
];

const findRank = ({ kind }: KindSummary): number => {
  const rank = MENU_ORDER.indexOf(kind);
  return rank < 0 ? MENU_ORDER.length : rank;
};

/** Lists the kinds of the menu by their groups. Kinds of settings are on the page of settings. */
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
  ];
  return groups
    .map(([name, label]) => ({
      name,
      label,
      kinds: kinds
        .filter(({ menu, operations }) => menu === name && operations.includes("list"))
        .sort((a, b) => findRank(a) - findRank(b)),
    }))
    .filter((group) => group.kinds.length > 0);
}
