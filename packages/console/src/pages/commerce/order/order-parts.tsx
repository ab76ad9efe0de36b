import { lazy, type ReactNode } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { RecordTabs } from "../../../records/record/record-tabs.tsx";
import { useRelatedTabs } from "../../../records/record/related-tab.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";

const OrderLedger = lazy(() => import("./order-ledger.tsx").then(({ OrderLedger: ledger }) => ({ default: ledger })));

interface OrderPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The lists of an order in the order of their tabs. */
const LISTS = ["invoice", "payment", "refund", "fulfilment", "after_sales_case.order_id", "pre_order"];

/** Entries of these lists are created by actions of the order. */
const ACTIONS = {
  invoice: "createOrderInvoice",
  payment: "createOrderPayment",
  refund: "createOrderRefund",
  fulfilment: "createOrderFulfilment",
  pre_order: "createOrderPreOrder",
};

/** The page of an order: what each record has, what is owed and paid, and what was invoiced, delivered and returned. */
export function OrderParts({ kind, record, details }: OrderPartsProps) {
  const t = useText();
  const related = useRelatedTabs({ kind, record, lists: LISTS, actions: ACTIONS });
  const tab = kind.tabs.find(({ name }) => name === "ledger");
  return (
    <RecordTabs
      label={t("Parts of the order")}
      details={details}
      tabs={[
        ...(tab ? [{ id: "ledger", label: tab.label, content: <OrderLedger kind={kind} record={record} tab={tab} /> }] : []),
        ...related,
      ]}
    />
  );
}
