import { crm } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useTenant } from "../../../api/tenant.ts";
import { useSharings } from "../../../api/use-sharings.ts";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { pickChanges } from "../../../input/form/save-changes.ts";
import { useStoredSave } from "../../../input/form/stored-save.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useFigureList } from "../../../records/figures/analytics-data.ts";
import { type OwnerFilter, ownerFilters } from "../../../records/figures/analytics-query.ts";
import { OwnerChoice } from "../../../records/figures/filter-bar.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { MoneyField } from "../../../ui/kit/money-field.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import type { Kpi } from "./kpi-value.ts";

interface KpiFormProps {
  /** Undefined: a new one. */
  readonly kpi: Kpi | undefined;
  readonly onClose: () => void;
}

const FIELDS = [
  "name",
  "figure",
  "period_length",
  "target_type",
  "target_value",
  "direction",
  "user_id",
  "team_id",
  "territory_id",
  "sharing",
] as const;

const scopeFields: Readonly<Record<OwnerFilter, string>> = { owner: "user_id", team: "team_id", territory: "territory_id" };
const MAX_NAME = 100;
const MAX_DECIMALS = 4;

/** A KPI: its figure, its period, whose records it counts, its target, and who sees it. */
export function KpiForm({ kpi, onClose }: KpiFormProps) {
  const t = useText();
  const sharings = useSharings(kpi?.sharing);
  const { settings } = useTenant();
  const invalidate = useInvalidation();
  const figures = useFigureList();
  const form = useFormState(
    kpi
      ? Object.fromEntries([...FIELDS, "version" as const].map((name) => [name, kpi[name]]))
      : {
          ...{ name: "", figure: null, period_length: "month", target_type: "TARGETS", target_value: null },
          ...{ direction: "HIGHER", user_id: null, team_id: null, territory_id: null, sharing: "PRIVATE" },
        },
    t,
    useDraft(`kpi ${kpi?.id ?? "new"}`),
  );
  const saveStored = useStoredSave<Pick<Kpi, "id" | "version">>(`/api/v1/kpis/${kpi?.id}`, kpi, form);
  const { values, errors } = form;
  const figure = figures.data?.find(({ name }) => name === values.figure);
  const isFixed = values.target_type === "FIXED";
  const value = values.target_value === null || values.target_value === undefined ? null : String(values.target_value);
  const currency = kpi?.currency ?? settings.currency;
  const save = async (): Promise<void> => {
    const { target_value, version: _version, ...others } = values;
    const money = figure?.unit === "money" && isFixed ? { currency } : kpi ? { currency: null } : {};
    const body = { ...others, target_value: isFixed ? target_value : null, ...money };
    const saved = kpi
      ? await saveStored(pickChanges(body, { ...kpi }))
      : await form.submit(() => crm.request<{ id: string }>("POST", "/api/v1/kpis", { body }));
    if (!saved) return;
    form.discard();
    await invalidate({ kind: "kpi" }, saved.id);
    onClose();
  };
  const labels: Readonly<Record<string, string>> = {
    user_id: t("Owner"),
    team_id: t("Team"),
    territory_id: t("Territory"),
    currency: t("Currency"),
    description: t("Description"),
  };
  return (
    <FormLayer
      layer="drawer"
      title={kpi ? t("Edit the KPI") : t("New KPI")}
      form={form}
      submit={{ label: kpi ? t("Save") : t("Create"), run: save }}
      onClose={onClose}
    >
      <FormSummary form={form} shownFields={FIELDS} labelFor={(name) => labels[name] ?? name} />
      <TextField label={t("Name")} maxLength={MAX_NAME} autoFocus {...bindText(form, "name")} />
      <Combobox
        label={t("Figure")}
        options={(figures.data ?? []).map(({ name, label, formula }) => ({ id: name, label, description: formula }))}
        selectedKey={(values.figure as string | null) ?? null}
        onSelectionChange={(key) => form.set("figure", key)}
        {...(errors.fields.figure ? { error: errors.fields.figure } : {})}
      />
      <div className="flex min-w-0 flex-col items-start gap-1">
        <span className="text-control font-medium">{t("Period")}</span>
        <SegmentedControl
          label={t("Period")}
          value={String(values.period_length)}
          onChange={(length) => form.set("period_length", length)}
          segments={[
            { id: "month", label: t("Month") },
            { id: "quarter", label: t("Quarter") },
            { id: "year", label: t("Year") },
          ]}
        />
      </div>
      <Select
        label={t("Target")}
        options={[
          { id: "TARGETS", label: t("The targets of the figure") },
          { id: "FIXED", label: t("The same value in each period") },
        ]}
        value={String(values.target_type)}
        onChange={(type) => form.set("target_type", type)}
      />
      {isFixed && figure?.unit === "money" ? (
        <MoneyField
          label={t("Target value")}
          currency={currency}
          value={value}
          onChange={(amount) => form.set("target_value", amount)}
          {...(errors.fields.target_value ? { error: errors.fields.target_value } : {})}
        />
      ) : isFixed ? (
        <NumberField
          label={t("Target value")}
          value={value === null ? Number.NaN : Number(value)}
          onChange={(number) => form.set("target_value", Number.isNaN(number) ? null : String(number))}
          formatOptions={
            figure?.unit === "ratio" ? { style: "percent", maximumFractionDigits: 2 } : { maximumFractionDigits: MAX_DECIMALS }
          }
          {...(errors.fields.target_value ? { error: errors.fields.target_value } : {})}
        />
      ) : null}
      <Select
        label={t("Which values are better?")}
        options={[
          { id: "HIGHER", label: t("Higher values") },
          { id: "LOWER", label: t("Lower values") },
        ]}
        value={String(values.direction)}
        onChange={(direction) => form.set("direction", direction)}
      />
      {ownerFilters.map((name) => {
        const field = scopeFields[name];
        return (
          <OwnerChoice
            key={name}
            name={name}
            value={(values[field] as string | null) ?? undefined}
            onChange={(id) => form.set(field, id ?? null)}
            {...(errors.fields[field] ? { error: errors.fields[field] } : {})}
          />
        );
      })}
      <div className="flex min-w-0 flex-col items-start gap-1">
        <span className="text-control font-medium">{t("Who sees it")}</span>
        <SegmentedControl
          label={t("Who sees it")}
          value={String(values.sharing)}
          onChange={(sharing) => form.set("sharing", sharing)}
          segments={sharings}
        />
      </div>
    </FormLayer>
  );
}
