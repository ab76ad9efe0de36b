import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { crm } from "../data/client.ts";
import { type ConsoleRecord, useInvalidation } from "../data/records.ts";
import { type Action, formatTitle, type Kind } from "../data/schema.ts";
import { useScope, useSession } from "../data/session.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { formatMoney } from "../fields/value-text.ts";
import { FormLayer } from "../form/form-layer.tsx";
import { useFormState } from "../form/form-state.ts";
import { FormSummary } from "../form/form-summary.tsx";
import { numberFormat } from "../i18n/formatters.ts";
import { type Translate, useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { Link } from "../kit/link.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { showToast } from "../kit/toast.tsx";
import { LoadError } from "../shell/load-error.tsx";

type Preview = Schemas.QuoteSubmissionPreview;

interface SubmitDialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly action: Action;
  readonly onClose: () => void;
}

/** Submits a quote: says before who will be asked to approve it, and why. */
export function SubmitDialog({ kind, record, onClose }: SubmitDialogProps) {
  const t = useText();
  const scope = useScope();
  const title = t("Submit {name}", { name: formatTitle(kind, record) });
  const preview = useQuery({
    queryKey: [...scope, "record", kind.kind, record.id, "submission-preview"],
    queryFn: () => crm.request<Preview>("GET", `${kind.path}/${record.id}/submission-preview`),
    staleTime: 0,
    gcTime: 0,
  });
  if (preview.data) return <SubmitForm kind={kind} record={record} preview={preview.data} title={title} onClose={onClose} />;
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

interface SubmitFormProps extends Omit<SubmitDialogProps, "action"> {
  readonly preview: Preview;
  readonly title: string;
}

function SubmitForm({ kind, record, preview, title, onClose }: SubmitFormProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const form = useFormState({}, t);
  const { level, approvers } = preview;
  const isBlocked = approvers.some(({ id }) => id === null);
  const submit = async (): Promise<void> => {
    const isDone = await form.submit(() => crm.request("POST", `${kind.path}/${record.id}/submit`).then(() => true));
    if (!isDone) return;
    await Promise.all([invalidate(kind, record.id), invalidate({ kind: "approval" })]);
    const name = formatTitle(kind, record);
    showToast({ text: level === null ? t("{name} was approved", { name }) : t("{name} waits for approval", { name }) });
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
        labelFor={(name) => kind.fields.find((field) => field.name === name)?.label ?? name}
      />
      {level === null ? (
        <p className="text-body">{t("No approval is needed. You can send it at once.")}</p>
      ) : (
        <>
          <Reasons preview={preview} />
          {isBlocked ? <NobodyBanner /> : null}
          {approvers.map(({ id, name }) =>
            id === null ? null : (
              <p key={id} className="text-body">
                {t("{name} will be asked to approve.", { name: name ?? t("User") })}
              </p>
            ),
          )}
        </>
      )}
    </FormLayer>
  );
}

/** Why approval is needed. */
function Reasons({ preview: { level, conditions } }: Pick<SubmitFormProps, "preview">) {
  const t = useText();
  const { locale } = useTextOptions();
  const write = (value: string | null, currency: string | null): string =>
    value === null
      ? ""
      : currency === null
        ? numberFormat(locale, { style: "unit", unit: "percent", maximumFractionDigits: 2 }).format(value as never)
        : formatMoney(value, currency, locale);
  return (
    <div className="flex flex-col gap-1">
      <h3 className="text-body font-semibold">{t("Needs approval: {level}", { level: level ?? "" })}</h3>
      <ul className="flex flex-col gap-1 text-control">
        {conditions.map(({ condition, field, value, limit, currency }) => (
          <li key={`${condition} ${field}`}>
            {nameMeasure(field, write(value, currency), t)}{" "}
            {condition === "discount_over"
              ? t("Approval is needed above {limit}.", { limit: write(limit, currency) })
              : t("Approval is needed from {limit}.", { limit: write(limit, currency) })}
          </li>
        ))}
      </ul>
    </div>
  );
}

function nameMeasure(field: string | null, value: string, t: Translate): string {
  switch (field) {
    case "highest_line_percent":
      return t("A line has a discount of {percent}.", { percent: value });
    case "whole_percent":
      return t("The whole document has a discount of {percent}.", { percent: value });
    case "discount_amount":
      return t("The discount is {amount}.", { amount: value });
    default:
      return t("The net amount is {amount}.", { amount: value });
  }
}

/** No other user could approve, as in a company of one. */
function NobodyBanner() {
  const t = useText();
  const { permissions } = useSession();
  return (
    <Banner kind="warning" title={t("No other user can approve it")}>
      <span className="flex flex-col items-start gap-1">
        {t("You cannot approve your own quote. Lower the discount, or add a user who can approve.")}
        {permissions.includes("user:manage") ? (
          <Link variant="value" href="/crm/settings/users">
            {t("Invite your colleagues")}
          </Link>
        ) : null}
        {permissions.includes("rule:manage") ? (
          <Link variant="value" href="/crm/settings/rules/quote_approval">
            {t("Change when quotes need approval")}
          </Link>
        ) : null}
      </span>
    </Banner>
  );
}
