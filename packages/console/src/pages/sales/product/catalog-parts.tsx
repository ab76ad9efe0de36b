import { lazy, type ReactNode } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { RecordTabs } from "../../../records/record/record-tabs.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";

const EntryList = lazy(() => import("./entry-list.tsx").then(({ EntryList: list }) => ({ default: list })));
const ProductPrices = lazy(() => import("./product-prices.tsx").then(({ ProductPrices: prices }) => ({ default: prices })));

interface CatalogPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a product with its prices in each book, or of a price book with its prices. */
export function CatalogParts({ kind, record, details }: CatalogPartsProps) {
  const t = useText();
  return (
    <RecordTabs
      label={kind.kind === "product" ? t("Parts of the product") : t("Parts of the price book")}
      details={details}
      tabs={[
        {
          id: "prices",
          label: t("Prices"),
          content: kind.kind === "product" ? <ProductPrices record={record} /> : <EntryList kind={kind} record={record} />,
        },
      ]}
    />
  );
}
