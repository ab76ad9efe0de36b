import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { type Action, type Field, formatTitle, type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { formatDate } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { ConflictPanel } from "../../../input/form/conflict-panel.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, readErrors, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import type { FieldConflict } from "../../../input/form/save-changes.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useRecordSave } from "../../../input/form/use-record-save.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { buildConversion, isAmountOfBudget, listGapFields, QUALIFIED } from "./convert-rules.ts";

type Preview = Schemas.ConversionPreview;

interface ConvertDialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly action: Action;
  readonly onClose: () => void;
}

/** Converts a lead: shows which records the conversion creates, and asks for what is missing. */
export function ConvertDialog({ kind, record, onClose }: ConvertDialogProps) {
  const t = useText();
  const scope = useScope();
  const title = t("Convert {name}", { name: formatTitle(kind, record) });
  const preview = useQuery({
    queryKey: [...scope, "record", kind.kind, record.id, "conversion-preview"],
    queryFn: () => crm.request<Preview>("GET", `${kind.path}/${record.id}/conversion-preview`),
    // Another user may have changed the lead, or created its customer.
    staleTime: 0,
    gcTime: 0,
  });
  const opportunityKind = useKind("opportunity");
  if (preview.data && opportunityKind.data)
    return (
      <ConversionForm
        kind={kind}
        record={record}
        preview={preview.data}
        opportunityKind={opportunityKind.data}
        title={title}
        onClose={onClose}
      />
    );
  return (
    <Dialog title={title} isOpen onOpenChange={onClose}>
      {preview.error ? (
        <LoadError query={preview} text={t("The conversion could not be prepared")} />
      ) : opportunityKind.error ? (
        <LoadError query={opportunityKind} text={t("The conversion could not be prepared")} />
      ) : (
        <Skeleton shape="block" />
      )}
    </Dialog>
  );
}

const OPPORTUNITY_FIELDS: readonly string[] = ["name", "amount", "stage_id", "close_date"];

interface ConversionFormProps extends Omit<ConvertDialogProps, "action"> {
  readonly preview: Preview;
  readonly opportunityKind: Kind;
  readonly title: string;
}

function ConversionForm({ kind, record, preview, opportunityKind, title, onClose }: ConversionFormProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const invalidate = useInvalidation();
  const { customer, contact, opportunity, follow_up, gaps, override_users } = preview;
  const opportunityFields = OPPORTUNITY_FIELDS.flatMap((name): Field[] => {
    const field = opportunityKind.fields.find((candidate) => candidate.name === name);
    return field
      ? [{ ...field, name: `opportunity.${name}`, required: false, help: undefined, create_help: undefined } as Field]
      : [];
  });
  const gapFields = listGapFields(kind.fields, gaps, preview.qualified_passes);
  const form = useFormState(
    {
      version: record.version as number,
      ...Object.fromEntries(gapFields.map(({ name }) => [name, record[name]])),
      currency: opportunity.currency,
      ...Object.fromEntries(
        OPPORTUNITY_FIELDS.map((name) => [`opportunity.${name}`, opportunity[name as keyof typeof opportunity]]),
      ),
    },
    t,
    useDraft(`convert ${record.id}`),
  );
  const { save, stored, conflicts, resolve } = useRecordSave(kind, record, form);
  const takeTheirs = (conflict: FieldConflict): void => {
    form.set(conflict.name, conflict.theirs as string);
    resolve(conflict);
  };
  const otherGaps = gaps
    .filter(({ can_waive }) => !can_waive)
    .filter(({ field }) => !gapFields.some(({ name }) => name === field));
  const waivableGaps = gaps.filter(({ can_waive }) => can_waive);
  const convert = async (): Promise<void> => {
    const { leadChanges, body } = buildConversion(form, preview);
    if (conflicts.length > 0 || (Object.keys(leadChanges).length > 0 && !(await save(leadChanges)))) return;
    const converted = await form.submit(() =>
      crm.request("POST", `${kind.path}/${record.id}/convert`, { body }).then(() => true),
    );
    // The lead may have its missing values already.
    await invalidate(kind, record.id);
    if (!converted) return;
    await Promise.all(["customer", "contact", "opportunity", "activity"].map((name) => invalidate({ kind: name })));
    showToast({ text: t("{name} was converted", { name: formatTitle(kind, record) }) });
    onClose();
  };
  const shownFields = [...gapFields, ...opportunityFields].map(({ name }) => name);
  return (
    <FormLayer layer="dialog" title={title} form={form} submit={{ label: t("Convert"), run: convert }} onClose={onClose}>
      <FormSummary
        form={form}
        shownFields={[...shownFields, "override_reason"]}
        labelFor={(name) => kind.fields.find((field) => field.name === name)?.label ?? name}
      />
      {stored && conflicts.length > 0 ? (
        <ConflictPanel kind={kind} stored={stored} conflicts={conflicts} onKeepMine={resolve} onTakeTheirs={takeTheirs} />
      ) : null}
      {otherGaps.map(({ field, message }) => (
        <Banner key={field} kind="warning" title={message} />
      ))}
      {gapFields.length > 0 ? (
        <Part title={t("Still missing")}>
          {gapFields.map((field, index) => (
            <FieldInput
              key={field.name}
              field={field}
              value={form.values[field.name]}
              values={form.values}
              record={record}
              errors={form.errors.fields}
              error={form.errors.fields[field.name]}
              onChange={(value) => {
                if (field.name === "budget" && isAmountOfBudget(form.values, opportunity.amount))
                  form.set("opportunity.amount", value ?? opportunity.amount);
                form.set(field.name, value);
              }}
              {...(field.name === QUALIFIED ? {} : { note: "required" as const })}
              autoFocus={index === 0}
            />
          ))}
          {gaps.some(({ field }) => field === "lead_score") ? (
            <p className="text-control text-text-muted">
              {preview.qualified_passes
                ? t("The score is {score} of {minimum}. A qualified lead can be converted without it.", {
                    score: String(preview.lead_score),
                    minimum: String(preview.min_score),
                  })
                : t("The score is {score}, and {minimum} are required.", {
                    score: String(preview.lead_score),
                    minimum: String(preview.min_score),
                  })}
            </p>
          ) : null}
        </Part>
      ) : null}
      {gapFields.length === 0 && waivableGaps.length > 0 ? (
        <Banner
          kind="warning"
          title={t("The score is {score}, and {minimum} are required.", {
            score: String(preview.lead_score),
            minimum: String(preview.min_score),
          })}
        />
      ) : null}
      {waivableGaps.length > 0 && preview.can_override ? (
        <TextField label={t("Or convert without them, because")} {...bindText(form, "override_reason")} maxLength={500} />
      ) : null}
      {waivableGaps.length > 0 && !preview.can_override && override_users[0] ? (
        <AskButton recordId={record.id} user={override_users[0]} onAsked={onClose} />
      ) : null}
      <Part title={t("What happens")}>
        <ul className="flex min-w-0 flex-col gap-1 text-control">
          <li className="wrap-anywhere">
            {customer.id === null ? (
              t("New customer: {name}", { name: customer.name })
            ) : (
              <>
                {t("Existing customer:")} <PartyLink kind="customer" id={customer.id} name={customer.name} />
              </>
            )}
          </li>
          <li className="wrap-anywhere">
            {contact.id === null ? (
              t("New contact: {name}", { name: contact.name })
            ) : (
              <>
                {t("Existing contact:")} <PartyLink kind="contact" id={contact.id} name={contact.name} />
              </>
            )}
          </li>
          {opportunity.id === null ? null : (
            <li className="wrap-anywhere">
              {t("Existing opportunity:")} <PartyLink kind="opportunity" id={opportunity.id} name={opportunity.name} />
            </li>
          )}
          <li className="wrap-anywhere">
            {t("Task: {subject}, due {date}", { subject: follow_up.subject, date: formatDate(follow_up.due_date, locale) })}
          </li>
        </ul>
      </Part>
      {opportunity.id === null ? (
        <Part title={t("New opportunity")}>
          {opportunityFields.map((field, index) => (
            <FieldInput
              key={field.name}
              field={field}
              value={form.values[field.name]}
              values={form.values}
              errors={form.errors.fields}
              error={form.errors.fields[field.name]}
              onChange={(value) => form.set(field.name, value)}
              autoFocus={gapFields.length === 0 && index === 0}
            />
          ))}
        </Part>
      ) : null}
    </FormLayer>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-4">
      <h3 className="text-body font-semibold">{title}</h3>
      {children}
    </section>
  );
}

/** A record that exists already. It opens beside the dialog, which stays. */
function PartyLink({ kind, id, name }: { readonly kind: string; readonly id: string; readonly name: string }) {
  const { data } = useKind(kind);
  if (!data) return <bdi>{name}</bdi>;
  return (
    <Link href={recordPath(data, id)} target="_blank">
      {name}
    </Link>
  );
}

interface AskButtonProps {
  readonly recordId: string;
  readonly user: Preview["override_users"][number];
  readonly onAsked: () => void;
}

/** Asks a user who may waive requirements, by a comment that mentions the user. */
function AskButton({ recordId, user, onAsked }: AskButtonProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const [isAsking, setAsking] = useState(false);
  const ask = async (): Promise<void> => {
    setAsking(true);
    try {
      const content = `@[${user.id}] ${t("Please convert this lead, or tell me what is missing.")}`;
      await crm.request("POST", "/api/v1/comments", {
        body: { related_to_type: "lead", related_to_id: recordId, content },
      });
      await invalidate({ kind: "comment" });
      showToast({ text: t("{name} was asked", { name: user.name }) });
      onAsked();
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The comment could not be saved"), isError: true });
      setAsking(false);
    }
  };
  return (
    <div className="flex flex-wrap items-center gap-2 text-control">
      <span className="min-w-0 flex-1">{t("{name} may convert the lead without them.", { name: user.name })}</span>
      <Button isSmall isPending={isAsking} onPress={() => void ask()}>
        {t("Ask {name}", { name: user.name })}
      </Button>
    </div>
  );
}
