import { useState } from "react";
import { crm } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Field, type Kind, recordPath } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { formatDate, formatMoney } from "../../../api/value-text.ts";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { draftKey } from "../../../input/form/draft-store.ts";
import { bindText, type FormState, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { DateField } from "../../../ui/kit/date-field.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { AmendmentChanges } from "./amendment-changes.tsx";
import { amendmentPath, useAmendmentInvalidation } from "./amendment-data.ts";
import {
  type AmendmentType,
  amendmentTypes,
  buildAmendment,
  buildScope,
  inputsByType,
  listImpacted,
  previewFigures,
  readChangedClauses,
  readScopeRows,
  type ScopeRow,
} from "./amendment-rules.ts";
import { nameAmendmentType } from "./amendment-text.ts";
import { ClauseEditor } from "./clause-editor.tsx";
import { ScopeEditor } from "./scope-editor.tsx";

interface AmendmentFormProps {
  /** The kind of contracts, and the contract. */
  readonly kind: Kind;
  readonly contract: ConsoleRecord;
  /** The amendment that is changed. */
  readonly amendment?: ConsoleRecord;
}

const FLAGS = ["requires_customer_approval", "requires_signature", "requires_legal_review"];
const NEW: Readonly<Record<string, unknown>> = {
  amendment_type: "VALUE",
  requires_customer_approval: true,
  requires_signature: true,
  requires_legal_review: false,
};

/** Returns the values with which the form begins. An amendment by a difference shows the value that it leads to. */
function readInitial(amendment: ConsoleRecord | undefined): Readonly<Record<string, unknown>> {
  if (!amendment) return NEW;
  const figures = (amendment.figures ?? []) as readonly { field: string; after: unknown }[];
  return { ...amendment, ...Object.fromEntries(figures.map(({ field, after }) => [field, after])) };
}

/** What an amendment changes, from when, and the old beside the new values. */
export function AmendmentForm({ kind, contract, amendment }: AmendmentFormProps) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useAmendmentInvalidation();
  const key = draftKey(useScope(), `amendment ${amendment?.id ?? contract.id}`);
  const form = useFormState(readInitial(amendment), t, { key });
  const [storedRows] = useState(() => readScopeRows(contract, amendment));
  const rows = (form.values.rows as readonly ScopeRow[] | undefined) ?? storedRows;
  const type = form.values.amendment_type as AmendmentType;
  const save = async (): Promise<void> => {
    const body = buildAmendment(contract, form.values, rows);
    const saved = await form.submit(() =>
      amendment
        ? crm.request<ConsoleRecord>("PUT", amendmentPath(contract.id, amendment.id), {
            body,
            ifMatch: Number(amendment.version),
          })
        : crm.request<ConsoleRecord>("POST", `/api/v1/contracts/${contract.id}/amendments`, { body }),
    );
    if (!saved) return;
    form.complete();
    await invalidate(contract.id, saved.id);
    showToast({ text: t("{name} was saved", { name: String(saved.amendment_number) }) });
    const address = `${recordPath(kind, contract.id)}?${new URLSearchParams({ tab: "amendments", amendment: saved.id })}`;
    await navigate({ to: address, replace: true, ignoreBlocker: true });
  };
  const clauses = readChangedClauses(form.values);
  const fields = readInputs(kind, contract, type);
  const shownFields = [
    "title",
    "reason",
    "justification",
    "effective_date",
    "notes",
    "clauses",
    ...fields.map(({ name }) => name),
  ];
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!form.isSaving) void save();
      }}
      className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-2"
    >
      <div className="flex min-w-0 flex-col gap-4">
        <FormSummary
          form={form}
          shownFields={shownFields}
          labelFor={(name) => kind.fields.find((field) => field.name === name)?.label ?? t("Amendment")}
        />
        <SegmentedControl
          label={t("Changes")}
          segments={amendmentTypes.map((id) => ({ id, label: nameAmendmentType(id, t) }))}
          value={type}
          onChange={(id) => form.set("amendment_type", id)}
        />
        <TextField label={t("Title")} note="required" {...bindText(form, "title")} maxLength={255} />
        <TextArea label={t("Reason")} note="required" rows={2} {...bindText(form, "reason")} maxLength={2000} />
        <DateField
          label={t("In effect from")}
          note="required"
          value={(form.values.effective_date as string | null | undefined) ?? null}
          onChange={(value) => form.set("effective_date", value)}
          error={form.errors.fields.effective_date}
        />
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={form.values[field.name]}
            values={form.values}
            record={contract}
            errors={form.errors.fields}
            error={form.errors.fields[field.name]}
            onChange={(value) => form.set(field.name, value)}
          />
        ))}
        {inputsByType[type].includes("deliverables") ? (
          <ScopeEditor rows={rows} currency={String(contract.currency)} onChange={(next) => form.set("rows", next)} />
        ) : null}
        <ClauseEditor
          contract={contract}
          clauses={clauses}
          errors={form.errors.fields}
          onChange={(next) => {
            form.set("impacted_clauses", listImpacted(form.values, next));
            form.set("clauses", next);
          }}
        />
        <TextArea label={t("Notes")} help={t("The customer does not see them")} rows={2} {...bindText(form, "notes")} />
        <Flags form={form} />
        <footer className="flex justify-end gap-2 border-t border-border py-3">
          <Button type="submit" variant="primary" isPending={form.isSaving}>
            {form.isSaving ? t("Saving…") : amendment ? t("Save") : t("Create the amendment")}
          </Button>
        </footer>
      </div>
      <Preview kind={kind} contract={contract} form={form} rows={rows} />
      <LeaveGuard form={form} />
    </form>
  );
}

/** The inputs of a type, from the fields of the contract. */
const readInputs = (kind: Kind, contract: ConsoleRecord, type: AmendmentType): Field[] =>
  inputsByType[type].flatMap((name) => {
    const field = kind.fields.find((candidate) => candidate.name === name);
    if (!field || name === "deliverables") return [];
    return [
      {
        ...field,
        help: undefined,
        required: false,
        ...(field.type === "money" ? { currency: String(contract.currency) } : {}),
      } as Field,
    ];
  });

/** The steps that the amendment has to pass. */
function Flags({ form }: { readonly form: FormState }) {
  const t = useText();
  const labels: Readonly<Record<string, string>> = {
    requires_customer_approval: t("The customer approves it"),
    requires_signature: t("Both sides sign it"),
    requires_legal_review: t("It needs a legal review"),
  };
  return (
    <div className="flex flex-col">
      {FLAGS.map((name) => (
        <Checkbox
          key={name}
          isSelected={form.values[name] === true}
          onChange={(isSelected) => form.set(name, isSelected)}
          error={form.errors.fields[name]}
        >
          {labels[name]}
        </Checkbox>
      ))}
    </div>
  );
}

/** The contract as it is, and as the amendment would leave it. The server computes the figures again when it is saved. */
function Preview({
  kind,
  contract,
  form,
  rows,
}: Pick<AmendmentFormProps, "kind" | "contract"> & { readonly form: FormState; readonly rows: readonly ScopeRow[] }) {
  const t = useText();
  const { locale } = useTextOptions();
  const type = form.values.amendment_type as AmendmentType;
  const currency = String(contract.currency);
  const figures = previewFigures(contract, form.values, type);
  const scope = type === "SCOPE" ? buildScope(contract, rows) : undefined;
  const clauses = readChangedClauses(form.values);
  const from = form.values.effective_date;
  return (
    <section
      aria-label={t("Preview")}
      className="flex min-w-0 flex-col gap-4 rounded-card border border-border bg-surface p-4 desktop:sticky desktop:top-0"
    >
      <h2 className="text-section font-semibold">{t("Preview")}</h2>
      <p className="text-control text-text-muted">
        {t("{name}: {value}, until {date}", {
          name: String(contract.contract_number),
          value: formatMoney(String(contract.contract_value), currency, locale, "exact"),
          date: formatDate(String(contract.end_date), locale),
        })}
      </p>
      {figures.length > 0 ? <AmendmentChanges kind={kind} figures={figures} currency={currency} /> : null}
      {scope ? (
        <p className="text-control">
          {t("{added} added, {changed} changed, {removed} removed", {
            added: scope.added.length,
            changed: scope.changed.length,
            removed: scope.removed.length,
          })}
        </p>
      ) : null}
      {clauses.length > 0 ? (
        <p className="text-control">
          {t("{count, plural, one {# clause changes} other {# clauses change}}", { count: clauses.length })}
        </p>
      ) : null}
      {figures.length === 0 && !scope && clauses.length === 0 ? (
        <p className="text-control text-text-muted">{t("Nothing changes yet")}</p>
      ) : null}
      {from ? <p className="text-control">{t("In effect from {date}", { date: formatDate(String(from), locale) })}</p> : null}
      {contract.status === "ACTIVE" || (contract.customer_signed && contract.company_signed) ? null : (
        <Banner kind="warning" title={t("The contract is not signed yet: change the contract itself")} />
      )}
    </section>
  );
}
