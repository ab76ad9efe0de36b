import type { Schemas } from "@crm/sdk/index.ts";
import { useMemo } from "react";
import { createRecordSearch } from "../../../api/option-search.ts";
import { useRecordDetails } from "../../../api/records.ts";
import { rowFields } from "../../../api/row-fields.ts";
import { recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { BlockRow, BlockRows, HomeBlock } from "../../../frame/shell/home-block.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { findAddress, useRecentRecords } from "../../../frame/shell/saved-records.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readRowFacts } from "../../../records/record/row-facts.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";

/** What tells a customer from others of a similar name. */
const SHOWN = rowFields<Schemas.CustomerRow>()("customer_type", "owner_id", "last_contact_date");

/** Finds a customer and opens the page with everything about it. */
export function CustomerChoicePage() {
  const t = useText();
  const navigate = useNavigate();
  const { data: kinds } = useKindIndex();
  const summary = kinds?.find(({ kind, operations }) => kind === "customer" && operations.includes("list"));
  const search = useMemo(() => createRecordSearch(summary), [summary]);
  const recent = useRecentRecords();
  const customers = (recent ?? []).filter(({ kind }) => kind === "customer");
  const { data: kind } = useKind(summary?.kind);
  const options = useTextOptions();
  const details = useRecordDetails(
    { kind: "customer", path: summary?.path ?? "" },
    summary ? customers.map(({ id }) => id) : [],
    SHOWN,
    "labels",
  );
  const findFields = (...names: readonly string[]) =>
    names.flatMap((name) => kind?.fields.find((field) => field.name === name) ?? []);
  const describe = (id: string): { readonly about?: string; readonly end?: string } => {
    const row = details.get(id);
    if (!row) return {};
    const [lastContact] = readRowFacts(row, findFields("last_contact_date"), options).facts;
    return {
      about: readRowFacts(row, findFields("customer_type", "owner_id"), options).facts.join(" · "),
      ...(lastContact === undefined ? {} : { end: t("Last contact {time}", { time: lastContact }) }),
    };
  };
  return (
    <PageFrame
      title={t("Customer 360°")}
      description={t("Choose a customer to see contacts, opportunities, contracts, tickets, activities and money in one place.")}
      width="form"
      isLoading={!kinds}
    >
      {summary ? (
        <>
          <div className="w-full tablet:w-field">
            <Reference
              label={summary.label}
              value={null}
              search={search}
              onChange={(option) => {
                if (option) void navigate({ to: recordPath(summary, option.id) });
              }}
            />
          </div>
          <HomeBlock
            title={t("Recently viewed")}
            isLoading={recent === undefined}
            hasFailed={false}
            onRetry={() => undefined}
            isEmpty={customers.length === 0}
            emptyText={t("No customer yet")}
          >
            <BlockRows>
              {customers.map((record) => (
                <BlockRow
                  key={record.id}
                  href={findAddress(record, kinds ?? []) ?? recordPath(summary, record.id)}
                  title={record.title}
                  {...describe(record.id)}
                />
              ))}
            </BlockRows>
          </HomeBlock>
        </>
      ) : kinds ? (
        <EmptyState kind="forbidden" title={t("You may not see customers")}>
          {t("Ask an administrator for a role.")}
        </EmptyState>
      ) : null}
    </PageFrame>
  );
}
