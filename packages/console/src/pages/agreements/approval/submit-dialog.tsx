import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { requestAction } from "../../../api/action-request.ts";
import { crm } from "../../../api/client.ts";
import { fillPath } from "../../../api/record-template.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { type Action, formatTitle, type Kind } from "../../../api/schema.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { describeReached } from "./submission-reasons.ts";

type Preview = Schemas.SubmissionPreview;

interface SubmitDialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly action: Action;
  /** What is submitted, if it is a part of the record, such as an amendment. */
  readonly name?: string;
  /** Says that it is done, in place of a message. */
  readonly onDone?: () => void;
  readonly onClose: () => void;
}

/** The rules that decide which records need approval, by the action that submits them. */
const RULES: Readonly<Record<string, string>> = {
  submitQuote: "quote_approval",
  submitProposal: "proposal_approval",
  submitContract: "contract_approval",
  submitContractAmendment: "contract_amendment_approval",
};

/** Submits a record: says before who will be asked to approve it, and why. */
export function SubmitDialog(props: SubmitDialogProps) {
  const { kind, record, action, onClose, name = formatTitle(kind, record) } = props;
  const t = useText();
  const scope = useScope();
  const title = t("Submit {name}", { name });
  const path = fillPath(action.path, record).replace(/submit$/, "submission-preview");
  const preview = useQuery({
    queryKey: [...scope, "record", kind.kind, record.id, path],
    queryFn: () => crm.request<Preview>("GET", path),
    staleTime: 0,
    gcTime: 0,
  });
  if (preview.data) return <SubmitForm {...props} name={name} preview={preview.data} title={title} />;
  return (
    <Dialog title={title} isOpen onOpenChange={onClose}>
      {preview.error ? (
        <LoadError query={preview} text={t("The submission could not be prepared")} />
      ) : (
        <Skeleton shape="block" />
      )}
    </Dialog>
  );
}

interface SubmitFormProps extends SubmitDialogProps {
  readonly name: string;
  readonly preview: Preview;
  readonly title: string;
}

function SubmitForm({ kind, record, action, name, preview: { steps }, title, onDone, onClose }: SubmitFormProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const form = useFormState({}, t, "no input");
  const isBlocked = steps.some(({ approvers }) => approvers.some(({ id }) => id === null));
  const submit = async (): Promise<void> => {
    const isDone = await form.submit(() => requestAction(action, record, {}).then(() => true));
    if (!isDone) return;
    await Promise.all([invalidate(kind, record.id), invalidate({ kind: "approval" })]);
    if (onDone) onDone();
    else showToast({ text: steps.length === 0 ? t("{name} was approved", { name }) : t("{name} waits for approval", { name }) });
    onClose();
  };
  return (
    <FormLayer
      layer="dialog"
      title={title}
      form={form}
      submit={{ label: t("Submit"), isDisabled: isBlocked, run: submit }}
      onClose={onClose}
    >
      <FormSummary
        form={form}
        shownFields={[]}
        labelFor={(field) => kind.fields.find((candidate) => candidate.name === field)?.label ?? field}
      />
      {steps.length === 0 ? (
        <p className="text-body">
          {action.name === "submitContract" || action.name === "submitContractAmendment"
            ? t("No approval is needed. You can go on with the customer at once.")
            : t("No approval is needed. You can send it at once.")}
        </p>
      ) : null}
      {isBlocked ? <NoApproverBanner rule={RULES[action.name]} /> : null}
      {steps.map((step) => (
        <Round key={step.step} {...step} />
      ))}
    </FormLayer>
  );
}

/** A round of the approval: why it is needed, and who is asked. */
function Round({ step, level, conditions, approvers }: Preview["steps"][number]) {
  const t = useText();
  const { locale } = useTextOptions();
  const isReview = step === "LEGAL_REVIEW";
  const reasons = describeReached(conditions, t, locale);
  return (
    <section className="flex flex-col gap-1">
      <h3 className="text-body font-semibold">
        {isReview ? t("Needs a legal review") : t("Needs approval: {level}", { level })}
      </h3>
      <ul className="flex flex-col gap-1 text-control">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {approvers.map(({ id, name: approver }) =>
        id === null ? null : (
          <p key={id} className="text-body">
            {isReview
              ? t("{name} will be asked to review it.", { name: approver ?? t("User") })
              : t("{name} will be asked to approve.", { name: approver ?? t("User") })}
          </p>
        ),
      )}
    </section>
  );
}

/** Only the user could approve, as in a company of one. */
function NoApproverBanner({ rule }: { readonly rule: string | undefined }) {
  const t = useText();
  const { permissions } = useSession();
  return (
    <Banner kind="warning" title={t("No other user can approve it")}>
      <span className="flex flex-col items-start gap-1">
        {rule === "quote_approval"
          ? t("You cannot approve your own quote. Lower the discount, or add a user who can approve.")
          : t("You cannot approve what you submit. Add a user who can approve.")}
        {permissions.includes("user:manage") ? (
          <Link variant="value" href="/crm/settings/users">
            {t("Invite your colleagues")}
          </Link>
        ) : null}
        {rule !== undefined && permissions.includes("rule:manage") ? (
          <Link variant="value" href={`/crm/settings/rules/${rule}`}>
            {t("Change what needs approval")}
          </Link>
        ) : null}
      </span>
    </Banner>
  );
}
