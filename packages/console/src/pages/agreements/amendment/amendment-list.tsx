import type { Schemas } from "@crm/sdk/index.ts";
import { lazy, Suspense } from "react";
import type { ReadQuery } from "../../../api/client.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import { type Kind, recordPath } from "../../../api/schema.ts";
import { nameRecord } from "../../../api/title.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { EMPTY, formatDate } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { amendmentFormPath, useAmendmentList, useOpenAmendment } from "./amendment-data.ts";
import { findAmendmentHue, nameAmendmentStatus, nameAmendmentType } from "./amendment-text.ts";

type Row = ApiRow<Schemas.ContractAmendmentRow>;

const AmendmentDrawer = lazy(() =>
  import("../contract/amendment-drawer.tsx").then(({ AmendmentDrawer: drawer }) => ({ default: drawer })),
);

interface AmendmentListProps {
  /** The kind of contracts. */
  readonly kind: Kind;
  /** The contract whose amendments are listed. Without it those of all contracts. */
  readonly contractId?: string;
  readonly filter?: ReadQuery;
}

/** Amendments, newest first. One opens over the page, and the address names it. */
export function AmendmentList({ kind, contractId, filter = {} }: AmendmentListProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const navigate = useNavigate();
  const list = useAmendmentList(contractId === undefined ? filter : { ...filter, contract_id: contractId });
  const { amendment, contract: openContract } = useOpenAmendment();
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const show = (row: Row | undefined): void =>
    void navigate({
      to: ".",
      search: ({ amendment: _open, contract: _contract, ...search }: Readonly<Record<string, string>>) =>
        row === undefined
          ? search
          : {
              ...search,
              amendment: row.id,
              ...(contractId === undefined ? { contract: String(row.contract_id) } : {}),
            },
      replace: true,
    });
  const canCreate = kind.actions.some(({ name }) => name === "createContractAmendment");
  const title = (row: Row) => (
    <Link variant="title" onPress={() => show(row)}>
      {`${String(row.amendment_number)} ${String(row.title)}`}
    </Link>
  );
  const status = (row: Row) => <Tag label={nameAmendmentStatus(row.status, t)} hue={findAmendmentHue(row.status)} hasDot />;
  const contract = (row: Row) => (
    <Link variant="value" href={`${recordPath(kind, String(row.contract_id))}?tab=amendments`}>
      {nameRecord({ ...row.expanded?.contract_id }) || String(row.amendment_number).replace(/-A\d+$/, "")}
    </Link>
  );
  const owner = (row: Row) => {
    const name = nameRecord({ ...row.expanded?.owner_id });
    return name === "" ? EMPTY : <Avatar name={name} hasName />;
  };
  const columns: TableColumn<Row>[] = [
    { id: "title", label: t("Amendment"), render: title },
    ...(contractId === undefined ? [{ id: "contract", label: kind.label, render: contract }] : []),
    { id: "type", label: t("Type"), render: (row) => nameAmendmentType(row.amendment_type, t) },
    { id: "status", label: t("Status"), render: status },
    { id: "effective", label: t("In effect from"), render: (row) => formatDate(String(row.effective_date), locale) },
    { id: "owner", label: t("Owner"), render: owner },
  ];
  const open = amendment === undefined ? undefined : { id: amendment, contractId: contractId ?? openContract };
  if (list.isPending) return <Skeleton shape="block" />;
  if (list.error) return <LoadError query={list} text={t("The list could not be loaded")} />;
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      {rows.length === 0 ? (
        <EmptyState
          kind={isFiltered ? "nothing-found" : "empty"}
          title={isFiltered ? t("No amendments have this status and type") : t("No amendments yet")}
          action={
            canCreate && !isFiltered ? (
              <Link variant="action" href={amendmentFormPath(contractId)}>
                {t("New amendment")}
              </Link>
            ) : undefined
          }
        >
          {isFiltered
            ? null
            : t("An amendment changes a contract that both sides have signed: its value, term, prices or deliverables.")}
        </EmptyState>
      ) : null}
      <RowList
        label={t("Amendments")}
        columns={columns}
        rows={rows}
        pages={list}
        renderCard={(row) => (
          <>
            {title(row)}
            <span className="flex flex-wrap items-center gap-2">
              {status(row)}
              <span className="text-meta text-text-muted">
                {[nameAmendmentType(row.amendment_type, t), formatDate(String(row.effective_date), locale)].join(" · ")}
              </span>
            </span>
            {contractId === undefined ? contract(row) : null}
          </>
        )}
      />
      {open?.contractId === undefined ? null : (
        <Suspense>
          <AmendmentDrawer kind={kind} contractId={open.contractId} id={open.id} onClose={() => show(undefined)} />
        </Suspense>
      )}
    </>
  );
}
