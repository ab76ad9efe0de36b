import { Ellipsis } from "lucide-react";
import { type ReactNode, useState } from "react";
import { menuLabel } from "../../../api/action-label.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Action, type Kind, recordPath, useKindIndex } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { EMPTY, formatDate } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { ActionDialog, type ActionDialogProps } from "../../../records/record/action-dialog.tsx";
import { FileButton } from "../../../records/record/file-button.tsx";
import { RecordFiles } from "../../../records/record/record-files.tsx";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import {
  type AmendedClause,
  type AmendedScope,
  AmendmentChanges,
  ClauseChanges,
  ScopeChanges,
} from "../amendment/amendment-changes.tsx";
import { amendmentFormPath, amendmentPath, useAmendment, useAmendmentInvalidation } from "../amendment/amendment-data.ts";
import { awaitsApprovers, type FigureChange, isAmendmentStep, listAmendmentActions } from "../amendment/amendment-rules.ts";
import { findAmendmentHue, nameAmendmentAction, nameAmendmentStatus, nameAmendmentType } from "../amendment/amendment-text.ts";
import { useSubjectApprovals } from "../approval/approval-data.ts";
import { SubmitDialog } from "../approval/submit-dialog.tsx";
import { SendDialog } from "../share-link/send-dialog.tsx";
import { SignDialog } from "./sign-dialog.tsx";

interface AmendmentDrawerProps {
  /** The kind of contracts. */
  readonly kind: Kind;
  readonly contractId: string;
  readonly id: string;
  readonly onClose: () => void;
}

/** An amendment over the page: what changes, how far it is, and what can be done next. */
export function AmendmentDrawer({ kind, contractId, id, onClose }: AmendmentDrawerProps) {
  const t = useText();
  const amendment = useAmendment(contractId, id);
  const { data } = amendment;
  return (
    <Drawer
      title={data ? `${String(data.amendment_number)} ${String(data.title)}` : t("Amendment")}
      isOpen
      isDismissable
      onOpenChange={onClose}
    >
      {amendment.isPending ? <Skeleton shape="block" /> : null}
      {amendment.error ? <LoadError query={amendment} text={t("The record could not be loaded")} /> : null}
      {data ? <AmendmentContent kind={kind} contractId={contractId} amendment={data} onClose={onClose} /> : null}
    </Drawer>
  );
}

interface AmendmentContentProps extends Pick<AmendmentDrawerProps, "kind" | "contractId" | "onClose"> {
  readonly amendment: ConsoleRecord;
}

function AmendmentContent({ kind, contractId, amendment, onClose }: AmendmentContentProps) {
  const t = useText();
  const options = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const files = kinds.find((candidate) => candidate.kind === "attachment");
  const requests = kinds.find((candidate) => candidate.kind === "signature_request");
  const requestPath =
    requests && typeof amendment.signature_request_id === "string"
      ? recordPath(requests, amendment.signature_request_id)
      : undefined;
  const currency = String(amendment.currency ?? "");
  const scope = amendment.deliverables as AmendedScope | null | undefined;
  const figures = (amendment.figures ?? []) as readonly FigureChange[];
  const clauses = (amendment.clauses ?? []) as readonly AmendedClause[];
  const instant = (value: unknown): string => (value ? formatRelative(String(value), new Date().toISOString(), options) : EMPTY);
  const answer = amendment.customer_answer as { decision: string; name: string | null; comment: string | null } | null;
  const signature = (party: "customer" | "company"): string =>
    amendment[`${party}_signed`]
      ? t("Signed by {name}", { name: String(amendment[`${party}_signed_by`] ?? EMPTY) })
      : amendment.requires_signature
        ? t("Not signed yet")
        : t("Not required");
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <AmendmentButtons kind={kind} contractId={contractId} amendment={amendment} onClose={onClose} />
      <dl className="flex flex-col">
        <Fact label={t("Status")}>
          <Tag label={nameAmendmentStatus(amendment.status, t)} hue={findAmendmentHue(amendment.status)} hasDot />
        </Fact>
        <Fact label={t("Type")}>{nameAmendmentType(amendment.amendment_type, t)}</Fact>
        <Fact label={kind.label}>
          <Link variant="value" href={`${recordPath(kind, contractId)}?tab=amendments`}>
            {String(amendment.amendment_number).replace(/-A\d+$/, "")}
          </Link>
        </Fact>
        <Fact label={t("In effect from")}>{formatDate(String(amendment.effective_date), options.locale)}</Fact>
        <Fact label={t("Reason")}>{String(amendment.reason ?? EMPTY)}</Fact>
        {amendment.justification ? <Fact label={t("Justification")}>{String(amendment.justification)}</Fact> : null}
        {amendment.submitted_at ? <Fact label={t("Submitted")}>{instant(amendment.submitted_at)}</Fact> : null}
        {awaitsApprovers(amendment.status) ? <PendingApprovers id={amendment.id} /> : null}
        {answer ? (
          <Fact label={t("Customer’s answer")}>
            {[answer.decision === "APPROVED" ? t("Approved") : t("Rejected"), answer.name, answer.comment]
              .filter(Boolean)
              .join(" · ")}
          </Fact>
        ) : null}
        {requestPath ? (
          <Fact label={t("Signatures")}>
            <Link variant="value" href={requestPath}>
              {requests?.label}
            </Link>
          </Fact>
        ) : null}
        <Fact label={t("Customer’s signature")}>{signature("customer")}</Fact>
        <Fact label={t("Our signature")}>{signature("company")}</Fact>
        {amendment.took_effect_at ? <Fact label={t("Took effect")}>{instant(amendment.took_effect_at)}</Fact> : null}
        {amendment.ended_because ? <Fact label={t("Why it ended")}>{String(amendment.ended_because)}</Fact> : null}
        {amendment.notes ? <Fact label={t("Notes")}>{String(amendment.notes)}</Fact> : null}
      </dl>
      <section aria-label={t("Changes")} className="flex min-w-0 flex-col gap-2">
        <h3 className="text-section font-semibold">{t("Changes")}</h3>
        {figures.length > 0 ? <AmendmentChanges kind={kind} figures={figures} currency={currency} /> : null}
        {scope ? <ScopeChanges scope={scope} currency={currency} /> : null}
        {clauses.length > 0 ? <ClauseChanges clauses={clauses} /> : null}
      </section>
      <span>
        <FileButton
          path={`${amendmentPath(contractId, amendment.id)}/document`}
          name={`${String(amendment.amendment_number)}.pdf`}
        />
      </span>
      {files ? <RecordFiles kind={{ ...kind, kind: "contract_amendment" }} summary={files} id={amendment.id} /> : null}
    </div>
  );
}

/** Who has to approve the amendment now. Each leads to the approval. */
function PendingApprovers({ id }: { readonly id: string }) {
  const t = useText();
  const { data = [] } = useSubjectApprovals(id);
  const pending = data.filter(({ status }) => status === "pending");
  if (pending.length === 0) return null;
  return (
    <Fact label={t("Approvers")}>
      <span className="flex flex-col">
        {pending.map((approval) => (
          <Link key={approval.id} variant="value" href={`/crm/approvals/view/${approval.id}`}>
            {[approval.expanded?.approver_id].flat()[0]?.name ?? String(approval.level)}
          </Link>
        ))}
      </span>
    </Fact>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="grid min-h-control min-w-0 grid-cols-(--field-columns) items-baseline gap-2">
      <dt className="text-control wrap-anywhere text-text-muted">{label}</dt>
      <dd dir="auto" className="min-w-0 py-1 text-body whitespace-pre-wrap wrap-anywhere">
        {children}
      </dd>
    </div>
  );
}

/** Inputs of an action that the dialog leaves out. */
const PRESETS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  approveContractAmendment: { from: "customer" },
  rejectContractAmendment: { from: "customer" },
};

/** The dialog of a step. It says itself what was done. */
function StepDialog({ amendment, ...props }: ActionDialogProps & Pick<AmendmentContentProps, "amendment">) {
  const t = useText();
  const name = String(amendment.title);
  const { action } = props;
  if (action.name === "sendContractAmendment") return <SendDialog {...props} name={name} />;
  if (action.name === "signContractAmendment") return <SignDialog {...props} signed={{ name, values: amendment }} />;
  return (
    <ActionDialog
      {...props}
      preset={PRESETS[action.name] ?? {}}
      describeDone={async () => ({ text: t("Done: {action}", { action: menuLabel(action, props.kind) }) })}
    />
  );
}

/** The next step as a button, and the other steps in a menu. */
function AmendmentButtons({ kind, contractId, amendment, onClose }: AmendmentContentProps) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useAmendmentInvalidation();
  const [open, setOpen] = useState<Action>();
  const actions = listAmendmentActions(amendment.status).flatMap((name): Action[] => {
    const action = kind.actions.find((candidate) => candidate.name === name);
    const path = action?.path.replace("{amendmentId}", encodeURIComponent(amendment.id));
    return action && path !== undefined ? [{ ...action, path, title: nameAmendmentAction(name, t) }] : [];
  });
  const next = actions.find(({ name }) => isAmendmentStep(name));
  const others = actions.filter((action) => action !== next);
  const canEdit = kind.actions.some(({ name }) => name === "updateContractAmendment");
  const isOpenText =
    !amendment.customer_signed &&
    !amendment.company_signed &&
    !["SIGNED", "EFFECTIVE", "VOID", "WITHDRAWN"].includes(String(amendment.status));
  if (actions.length === 0 && !canEdit) return null;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {next ? (
        <Button variant="primary" onPress={() => setOpen(next)}>
          {menuLabel(next, kind)}
        </Button>
      ) : null}
      {canEdit && isOpenText ? (
        <Button onPress={() => void navigate({ to: amendmentFormPath(contractId, amendment.id) })}>{t("Edit")}</Button>
      ) : null}
      {others.length === 0 ? null : (
        <Menu placement="bottom end" trigger={<IconButton label={t("More actions")} icon={<Ellipsis />} />}>
          {others.map((action) => (
            <MenuItem
              key={action.name}
              label={menuLabel(action, kind)}
              isDanger={action.danger}
              onAction={() => setOpen(action)}
            />
          ))}
        </Menu>
      )}
      {open?.name === "submitContractAmendment" ? (
        <SubmitDialog
          kind={kind}
          record={{ id: contractId }}
          action={open}
          name={String(amendment.title)}
          onDone={() => {
            void invalidate(contractId, amendment.id);
            showToast({ text: t("Done: {action}", { action: menuLabel(open, kind) }) });
          }}
          onClose={() => setOpen(undefined)}
        />
      ) : open ? (
        <StepDialog
          kind={kind}
          record={{ id: contractId, currency: amendment.currency }}
          action={open}
          amendment={amendment}
          onDone={() => {
            void invalidate(contractId, amendment.id);
            if (open.name === "deleteContractAmendment") onClose();
          }}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
    </div>
  );
}
