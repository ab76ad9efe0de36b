import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { recordPath, useKindIndex } from "../data/schema.ts";
import { createRecordSearch } from "../fields/option-search.ts";
import { BlockRow, BlockRows, HomeBlock } from "../home/home-block.tsx";
import { useText } from "../i18n/use-text.ts";
import { EmptyState } from "../kit/empty-state.tsx";
import { Reference } from "../kit/reference.tsx";
import { PageFrame } from "../shell/page-frame.tsx";
import { findAddress, useRecentRecords } from "../shell/saved-records.ts";

/** Finds a customer and opens the page with everything about it. */
export function CustomerChoicePage() {
  const t = useText();
  const navigate = useNavigate();
  const { data: kinds } = useKindIndex();
  const summary = kinds?.find(({ kind, operations }) => kind === "customer" && operations.includes("list"));
  const search = useMemo(() => createRecordSearch(summary), [summary]);
  const recent = useRecentRecords();
  const customers = (recent ?? []).filter(({ kind }) => kind === "customer");
  return (
    <PageFrame
      title={t("Customer 360°")}
      description={t("Choose a customer to see contacts, opportunities, contracts, tickets, activities and money in one place.")}
      width="form"
      isLoading={!kinds}
    >
      {summary ? (
        <>
          <Reference
            label={summary.label}
            value={null}
            search={search}
            onChange={(option) => {
              if (option) void navigate({ to: recordPath(summary, option.id) as never });
            }}
          />
          <HomeBlock
            title={t("Recently viewed")}
            isLoading={recent === undefined}
            hasFailed={false}
            onRetry={() => undefined}
            empty={customers.length === 0 ? t("No customer yet") : undefined}
          >
            <BlockRows>
              {customers.map((record) => (
                <BlockRow
                  key={record.id}
                  href={findAddress(record, kinds ?? []) ?? recordPath(summary, record.id)}
                  title={record.title}
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
