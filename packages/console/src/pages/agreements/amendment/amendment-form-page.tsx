import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { crm, read } from "../../../api/client.ts";
import { type ConsoleRecord, useRecord } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import { type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { nameRecord } from "../../../api/title.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { formatDate } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import type { Option } from "../../../ui/kit/option.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { SearchOptions } from "../../../ui/kit/use-option-search.ts";
import { amendmentFormPath, useAmendment } from "./amendment-data.ts";
import { AmendmentForm } from "./amendment-form.tsx";

interface FormSearch {
  readonly contract?: string;
  readonly amendment?: string;
}

/** Contracts that can be amended: those that both sides have signed, or that are in force. */
const searchContracts: SearchOptions = async (text, signal) => {
  const query = { "status[in]": "ACTIVE,APPROVED", limit: 20, ...(text === "" ? {} : { search: text }) };
  const rows = await crm.request<Record<string, unknown>[]>("GET", "/api/v1/contracts", { query: query, signal });
  return rows.map((row): Option => ({ id: String(row.id), label: `${String(row.contract_number)} ${String(row.title)}` }));
};

/** A new amendment: the contract first, then what changes. With `amendment` in the address it changes one. */
export function AmendmentFormPage() {
  const t = useText();
  const navigate = useNavigate();
  const { contract: contractId, amendment } = useSearch({ strict: false }) as FormSearch;
  const { data: kind } = useKind("contract");
  const contract = useRecord(contractId === undefined ? undefined : kind, contractId ?? "");
  const chosen = useMemo(
    () =>
      contract.data
        ? { id: contract.data.id, label: `${String(contract.data.contract_number)} ${String(contract.data.title)}` }
        : null,
    [contract.data],
  );
  const canWrite = kind?.actions.some(({ name }) => name === "createContractAmendment");
  const choose = (id: string | undefined): void =>
    void navigate({ to: amendmentFormPath(id), replace: true, ignoreBlocker: true });
  return (
    <PageFrame
      title={amendment === undefined ? t("New amendment") : t("Change the amendment")}
      description={
        amendment === undefined
          ? t("An amendment changes a contract that both sides have signed: its value, term, prices, deliverables or clauses.")
          : undefined
      }
      width="record"
      isLoading={!kind || (contractId !== undefined && contract.isPending)}
      actions={
        <Link
          variant="action"
          href={kind && contractId !== undefined ? `${recordPath(kind, contractId)}?tab=amendments` : "/crm/contracts/amendments"}
        >
          {t("All amendments")}
        </Link>
      }
    >
      {kind && !canWrite ? (
        <Banner kind="info" title={t("You may not change contracts. Ask an administrator for the right.")} />
      ) : null}
      {kind && canWrite && amendment === undefined ? (
        <div className="flex w-full max-w-form flex-col gap-4">
          <Reference
            label={kind.label}
            help={t("Only contracts that both sides have signed can be amended")}
            value={chosen}
            search={searchContracts}
            onChange={(option) => choose(option?.id)}
          />
          {contractId === undefined ? <ContractChoices onChoose={choose} /> : null}
        </div>
      ) : null}
      {contract.error ? <LoadError query={contract} text={t("The record could not be loaded")} /> : null}
      {kind && canWrite && contract.data && amendment === undefined ? (
        <AmendmentForm key={contract.data.id} kind={kind} contract={contract.data} />
      ) : null}
      {kind && canWrite && contract.data && amendment !== undefined ? (
        <StoredAmendment kind={kind} contract={contract.data} id={amendment} />
      ) : null}
    </PageFrame>
  );
}

const MAX_CHOICES = 10;

/** The contracts in force that end first: one press chooses one. */
function ContractChoices({ onChoose }: { readonly onChoose: (id: string) => void }) {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const query = { status: "ACTIVE", sort: "end_date", limit: MAX_CHOICES, expand: "customer" };
  const list = useQuery({
    queryKey: [...scope, "list", "contract", "amendable", query],
    queryFn: async () => (await read<ApiRow<Schemas.ContractRow>[]>("/api/v1/contracts", query)).data,
  });
  const rows = list.data ?? [];
  if (list.isPending) return <Skeleton shape="block" />;
  if (list.error) return <LoadError query={list} text={t("The list could not be loaded")} />;
  if (rows.length === 0) return null;
  return (
    <section aria-label={t("Contracts in force")} className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{t("Contracts in force")}</h2>
      <ul className="flex min-w-0 flex-col rounded-card border border-border bg-surface">
        {rows.map((row) => (
          <li
            key={row.id}
            className="relative flex min-w-0 flex-wrap items-baseline gap-x-3 border-b border-border px-4 py-2 text-control last:border-b-0 hover:bg-hover"
          >
            <span dir="auto" className="min-w-0 flex-1 wrap-anywhere">
              <Link variant="card" onPress={() => onChoose(row.id)}>
                {String(row.title)}
              </Link>
            </span>
            <span className="text-text-muted tabular-nums">
              {t("Ends on {date}", { date: formatDate(String(row.end_date), locale) })}
            </span>
            <span dir="auto" className="w-full text-meta text-text-muted">
              {[String(row.contract_number), nameRecord({ ...[row.expanded?.customer_id].flat()[0] })]
                .filter((text) => text !== "")
                .join(" · ")}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function StoredAmendment({ kind, contract, id }: { readonly kind: Kind; readonly contract: ConsoleRecord; readonly id: string }) {
  const t = useText();
  const amendment = useAmendment(contract.id, id);
  if (amendment.data) return <AmendmentForm key={id} kind={kind} contract={contract} amendment={amendment.data} />;
  if (!amendment.error) return <Skeleton shape="block" />;
  return <LoadError query={amendment} text={t("The record could not be loaded")} />;
}
