import { lazy, type ReactNode } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Kind, useKindIndex } from "../../../api/schema.ts";
import { RecordTabs } from "../../../records/record/record-tabs.tsx";
import { RelatedTable, useRelatedTabs } from "../../../records/record/related-tab.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";

const FinancialsTab = lazy(() => import("./financials-tab.tsx").then(({ FinancialsTab: tab }) => ({ default: tab })));
const AccountTreeView = lazy(() => import("./account-tree.tsx").then(({ AccountTreeView: tab }) => ({ default: tab })));

interface CustomerPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a customer: what each record has, its contacts, sales, contracts, support, activities, figures, and its group. Each tab reads its data when it is opened. */
export function CustomerParts({ kind, record, details }: CustomerPartsProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const sales = useRelatedTabs({ kind, record, lists: ["contact", "opportunity", "contract"] });
  const activities = useRelatedTabs({ kind, record, lists: ["activity"] });
  const isListed = (name: string): boolean =>
    kind.related.some((related) => related.name === name) && kinds.some((summary) => summary.kind === name);
  const support = ["ticket", "after_sales_case"].filter(isListed);
  return (
    <RecordTabs
      label={t("Parts of the customer")}
      details={details}
      tabs={[
        ...sales,
        ...(support.length === 0
          ? []
          : [
              {
                id: "support",
                label: t("Support"),
                content: (
                  <div className="flex min-w-0 flex-col gap-6">
                    {support.map((name) => (
                      <section key={name} className="flex min-w-0 flex-col gap-2">
                        <h2 className="text-section font-semibold">{kinds.find((summary) => summary.kind === name)?.labels}</h2>
                        <RelatedTable kind={kind} record={record} list={name} />
                      </section>
                    ))}
                  </div>
                ),
              },
            ]),
        ...activities,
        { id: "financials", label: t("Financials"), content: <FinancialsTab kind={kind} record={record} /> },
        ...(record.customer_type === "individual"
          ? []
          : [{ id: "hierarchy", label: t("Hierarchy"), content: <AccountTreeView focus={record.id} /> }]),
      ]}
    />
  );
}
