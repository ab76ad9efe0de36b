import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { crm } from "../data/client.ts";
import { type ConsoleRecord, useRecord } from "../data/records.ts";
import { type Kind, recordPath, useKind } from "../data/schema.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Link } from "../kit/link.tsx";
import type { Option } from "../kit/option.tsx";
import { Reference } from "../kit/reference.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import type { SearchOptions } from "../kit/use-option-search.ts";
import { LoadError } from "../shell/load-error.tsx";
import { PageFrame } from "../shell/page-frame.tsx";
import { amendmentFormPath, useAmendment } from "./amendment-data.ts";
import { AmendmentForm } from "./amendment-form.tsx";

interface FormSearch {
  readonly contract?: string;
  readonly amendment?: string;
}

/** Contracts that can be amended: those that both sides have signed, or that are in force. */
const searchContracts: SearchOptions = async (text, signal) => {
  const query = { "status[in]": "ACTIVE,APPROVED", limit: 20, ...(text === "" ? {} : { search: text }) };
  const rows = await crm.request<Record<string, unknown>[]>("GET", "/api/v1/contracts", { query: query as never, signal });
  return rows.map((row): Option => ({ id: String(row.id), label: `${String(row.contract_number)} ${String(row.title)}` }));
};

/** A new amendment: the contract first, then what changes. With `amendment` in the address it changes one. */
export function AmendmentFormPage() {
  const t = useText();
  const navigate = useNavigate();
  const { contract: contractId, amendment: amendmentId } = useSearch({ strict: false }) as FormSearch;
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
  return (
    <PageFrame
      title={amendmentId === undefined ? t("New amendment") : t("Change the amendment")}
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
      {kind && canWrite && amendmentId === undefined ? (
        <div className="w-full max-w-form">
          <Reference
            label={kind.label}
            help={t("Only contracts that both sides have signed can be amended")}
            value={chosen}
            search={searchContracts}
            onChange={(option) =>
              void navigate({ to: amendmentFormPath(option?.id) as never, replace: true, ignoreBlocker: true })
            }
          />
        </div>
      ) : null}
      {contract.error ? <LoadError query={contract} text={t("The record could not be loaded")} /> : null}
      {kind && canWrite && contract.data && amendmentId === undefined ? (
        <AmendmentForm key={contract.data.id} kind={kind} contract={contract.data} />
      ) : null}
      {kind && canWrite && contract.data && amendmentId !== undefined ? (
        <StoredAmendment kind={kind} contract={contract.data} id={amendmentId} />
      ) : null}
    </PageFrame>
  );
}

function StoredAmendment({ kind, contract, id }: { readonly kind: Kind; readonly contract: ConsoleRecord; readonly id: string }) {
  const t = useText();
  const amendment = useAmendment(contract.id, id);
  if (amendment.data) return <AmendmentForm key={id} kind={kind} contract={contract} amendment={amendment.data} />;
  if (!amendment.error) return <Skeleton shape="block" />;
  return <LoadError query={amendment} text={t("The record could not be loaded")} />;
}
