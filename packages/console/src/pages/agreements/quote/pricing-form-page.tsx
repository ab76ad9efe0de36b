import { useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { type Field, formatTitle, type Kind, useKind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { type Label, listLabels } from "../../../api/value-text.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { listDefaults } from "../../../input/fields/editable-field.ts";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { ConflictPanel } from "../../../input/form/conflict-panel.tsx";
import { draftKey } from "../../../input/form/draft-store.ts";
import { buildBody, type FormState, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { useRecordSave } from "../../../input/form/use-record-save.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { DocumentSection } from "./document-fields.tsx";
import { PriceTrial } from "./price-trial.tsx";
import { PRICING_PATH } from "./pricing-data.ts";
import { changeEffect, createNameList, describeRule, toTrialRule } from "./pricing-rules.ts";
import { ReferenceList } from "./reference-list.tsx";
import { EditorSkeleton, StoredRecord } from "./stored-document.tsx";

/** Creates a pricing rule, or changes one. */
export function PricingFormPage() {
  const { id } = useParams({ strict: false }) as { readonly id?: string };
  const { data: kind } = useKind("pricing_rule");
  if (!kind) return <EditorSkeleton />;
  if (id === undefined) return <NewRule key="new" kind={kind} />;
  return (
    <StoredRecord
      key={id}
      kind={kind}
      id={id}
      renderForm={(record, key) => <StoredRule key={key} kind={kind} record={record} />}
    />
  );
}

function NewRule({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const finish = useFinish(kind);
  const key = draftKey(useScope(), `create all ${kind.kind}`);
  const form = useFormState({ ...listDefaults(kind.fields), effect: "PERCENT" }, t, { key });
  const save = async (): Promise<void> => {
    const body = Object.fromEntries(Object.entries(buildBody(form.values)).filter(([, value]) => value !== null));
    const created = await form.submit(() => crm.request<ConsoleRecord>("POST", kind.path, { body }).then((record) => record));
    if (created) await finish(form, created);
  };
  return <RuleForm kind={kind} form={form} title={t("New pricing rule")} onSave={save} />;
}

function StoredRule({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  const finish = useFinish(kind);
  // Others may change the record meanwhile. The form began with this one.
  const [first] = useState(record);
  const key = draftKey(useScope(), `${kind.kind} ${record.id}`);
  const form = useFormState(first, t, { key });
  const { save, stored, conflicts, resolve } = useRecordSave(kind, first, form);
  const submit = async (): Promise<void> => {
    if (conflicts.length > 0) return;
    const saved = await save();
    if (saved) await finish(form, saved);
  };
  return (
    <RuleForm kind={kind} form={form} title={formatTitle(kind, record)} record={record} onSave={submit}>
      {stored && conflicts.length > 0 ? (
        <ConflictPanel
          kind={kind}
          stored={stored}
          conflicts={conflicts}
          onKeepMine={resolve}
          onTakeTheirs={(conflict) => {
            form.set(conflict.name, conflict.theirs);
            resolve(conflict);
          }}
        />
      ) : null}
    </RuleForm>
  );
}

/** Returns what follows a save: the list of the rules. */
function useFinish(kind: Kind): (form: FormState, saved: ConsoleRecord) => Promise<void> {
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  return async (form, saved) => {
    form.complete();
    await invalidate(kind, saved.id);
    await navigate({ to: PRICING_PATH, replace: true, ignoreBlocker: true });
  };
}

interface RuleFormProps {
  readonly kind: Kind;
  readonly form: FormState;
  readonly title: string;
  readonly record?: ConsoleRecord;
  readonly onSave: () => Promise<void>;
  readonly children?: ReactNode;
}

function RuleForm({ kind, form, title, record, onSave, children }: RuleFormProps) {
  const t = useText();
  const navigate = useNavigate();
  const options = useTextOptions();
  const [names, setNames] = useState<Readonly<Record<string, readonly Label[]>>>({});
  const { values, errors } = form;
  const labels: Readonly<Record<string, string>> = {
    product_ids: t("Products"),
    category_ids: t("Categories"),
    min_quantity: t("Minimum quantity"),
    customer_ids: t("Customers"),
    customer_type_ids: t("Types of customers"),
    tiers: t("Tiers of customers"),
    customer_tags: t("Tags of customers"),
    percent: t("Percent off"),
    amount: values.effect === "AMOUNT" ? t("Amount off each piece") : t("Price of each piece"),
    stacks: t("Combine with other rules that stack"),
    is_active: t("Active"),
  };
  const byName = new Map(
    (kind.fields as Field[]).map(({ help, ...field }): [string, Field] => {
      const label = labels[field.name];
      // The help of the API names its own values.
      return [field.name, label === undefined ? { ...field, ...(help === undefined ? {} : { help }) } : { ...field, label }];
    }),
  );
  const labelsOf = (name: string): readonly Label[] => {
    const field = byName.get(name);
    return names[name] ?? (record && field ? listLabels(record, field) : []);
  };
  const set = (name: string, value: unknown): void => {
    const changes = name === "effect" ? changeEffect(String(value)) : { [name]: value };
    for (const [field, next] of Object.entries(changes)) form.set(field, next);
  };
  const render = (name: string): ReactNode => {
    const field = byName.get(name);
    if (!field) return null;
    if (field.type === "reference" && field.multiple)
      return (
        <ReferenceList
          key={name}
          field={field}
          value={(values[name] ?? []) as readonly string[]}
          labels={labelsOf(name)}
          error={errors.fields[name]}
          onChange={(value, chosen) => {
            setNames((before) => ({ ...before, [name]: chosen }));
            form.set(name, value);
          }}
        />
      );
    return (
      <FieldInput
        key={name}
        field={field}
        value={values[name]}
        values={values}
        onChange={(value) => set(name, value)}
        error={errors.fields[name]}
        errors={errors.fields}
        {...(field.required ? { note: "required" as const } : {})}
      />
    );
  };
  const expanded = Object.fromEntries(["customer_ids", "product_ids", "together_with"].map((name) => [name, labelsOf(name)]));
  const sentence = describeRule(values, createNameList(kind.fields as Field[], { ...values, expanded }, options), options);
  const rule = toTrialRule(values, record?.id);
  const isPercent = values.effect === "PERCENT";
  return (
    <PageFrame title={title} width="record">
      <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-(--pricing-columns)">
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!form.isSaving) void onSave();
          }}
          className="flex min-w-0 flex-col gap-6"
        >
          {children}
          <FormSummary
            form={form}
            shownFields={kind.fields.map(({ name }) => name)}
            labelFor={(name) => byName.get(name)?.label ?? name}
          />
          <Banner kind="info" title={sentence} />
          <DocumentSection title={t("Effect")}>
            {render("name")}
            <div className="grid grid-cols-1 items-start gap-3 tablet:grid-cols-2">
              {render("effect")}
              {isPercent ? render("percent") : render("amount")}
              {isPercent ? null : render("currency")}
            </div>
          </DocumentSection>
          <DocumentSection title={t("Conditions")}>
            <p className="text-control text-text-muted">{t("All conditions must hold. An empty one always holds.")}</p>
            <div className="grid grid-cols-1 items-start gap-3 tablet:grid-cols-2">
              {["product_ids", "category_ids", "min_quantity", "together_with"].map(render)}
              {["customer_ids", "customer_type_ids", "tiers", "customer_tags", "valid_from", "valid_to"].map(render)}
            </div>
          </DocumentSection>
          <DocumentSection title={t("More")}>
            {render("priority")}
            {render("stacks")}
            {render("is_active")}
            {render("description")}
          </DocumentSection>
          <footer className="sticky bottom-0 flex justify-end gap-2 border-t border-border bg-bg py-3">
            <Button onPress={() => void navigate({ to: PRICING_PATH })}>{t("Cancel")}</Button>
            <Button type="submit" variant="primary" isPending={form.isSaving}>
              {form.isSaving ? t("Saving…") : t("Save")}
            </Button>
          </footer>
        </form>
        <PriceTrial {...(rule ? { rule } : {})} />
      </div>
      <LeaveGuard form={form} />
    </PageFrame>
  );
}
