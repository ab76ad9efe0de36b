import { lazy, type ReactNode } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Kind, useKindIndex } from "../../../api/schema.ts";
import { RecordFiles } from "../../../records/record/record-files.tsx";
import { RecordTabs } from "../../../records/record/record-tabs.tsx";
import { useRelatedTabs } from "../../../records/record/related-tab.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Link } from "../../../ui/kit/link.tsx";
import { useIsDesktop } from "../../../ui/kit/use-media.ts";
import { amendmentFormPath } from "../amendment/amendment-data.ts";
import { ApprovalRequest } from "../approval/approval-request.tsx";
import { ContractState } from "./contract-state.tsx";

const AmendmentList = lazy(() =>
  import("../amendment/amendment-list.tsx").then(({ AmendmentList: list }) => ({ default: list })),
);
const ContractTerms = lazy(() =>
  import("../contract-template/contract-terms.tsx").then(({ ContractTerms: terms }) => ({ default: terms })),
);
const DeliverableList = lazy(() => import("./deliverable-list.tsx").then(({ DeliverableList: list }) => ({ default: list })));
const RenewalHistory = lazy(() => import("./renewal-history.tsx").then(({ RenewalHistory: list }) => ({ default: list })));

interface ContractPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a contract: what each record has, its terms, deliverables, amendments, renewals and files. Each tab reads its data when it is opened. */
export function ContractParts({ kind, record, details }: ContractPartsProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const files = kinds.find((candidate) => candidate.kind === "attachment");
  const isDesktop = useIsDesktop();
  const related = useRelatedTabs({ kind, record, lists: ["signature_request"] });
  const canAmend =
    kind.actions.some(({ name }) => name === "createContractAmendment") &&
    (record.status === "ACTIVE" || Boolean(record.customer_signed && record.company_signed));
  const count = (value: unknown): { count?: string } =>
    Array.isArray(value) && value.length > 0 ? { count: String(value.length) } : {};
  const state = <ContractState kind={kind} record={record} />;
  return (
    <ApprovalRequest kind={kind} record={record}>
      <RecordTabs
        label={t("Parts of the contract")}
        details={
          <div className="flex min-w-0 flex-col gap-4">
            {isDesktop ? state : null}
            {details}
            {/* Key fields come first where there is no room for both. */}
            {isDesktop ? null : state}
          </div>
        }
        tabs={[
          { id: "terms", label: t("Terms"), content: <ContractTerms kind={kind} record={record} /> },
          {
            id: "deliverables",
            label: t("Deliverables"),
            ...count(record.deliverables),
            content: <DeliverableList kind={kind} record={record} />,
          },
          {
            id: "amendments",
            label: t("Amendments"),
            content: (
              <div className="flex min-w-0 flex-col gap-4">
                {canAmend ? (
                  <span className="flex justify-end text-control">
                    <Link variant="action" href={amendmentFormPath(record.id)}>
                      {t("New amendment")}
                    </Link>
                  </span>
                ) : null}
                <AmendmentList kind={kind} contractId={record.id} />
              </div>
            ),
          },
          { id: "renewals", label: t("Renewals and payments"), content: <RenewalHistory kind={kind} record={record} /> },
          ...(files
            ? [
                {
                  id: "attachments",
                  label: t("Attachments"),
                  content: <RecordFiles kind={kind} summary={files} id={record.id} />,
                },
              ]
            : []),
          ...related,
        ]}
      />
    </ApprovalRequest>
  );
}
