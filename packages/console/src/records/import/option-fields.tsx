import type { Schemas } from "@crm/sdk/index.ts";
import type { Kind } from "../../api/schema.ts";
import { useSession } from "../../api/session.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Checkbox } from "../../ui/kit/checkbox.tsx";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { Select } from "../../ui/kit/select.tsx";
import { type ColumnMapping, canExistAlready, defaultDuplicateAction, type ImportOptions, labelField } from "./mapping-rules.ts";
import { useWizard } from "./wizard-state.ts";

interface OptionFieldsProps {
  readonly kind: Kind;
  readonly file: Schemas.InspectedFile;
  readonly mapping: ColumnMapping;
}

const AUTOMATIC = "automatic";
const dateFormats = ["DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "YYYY-MM-DD"];

/** What the rows do: create, update or both, and what is done about records that exist and values that do not. */
export function OptionFields({ kind, file, mapping }: OptionFieldsProps) {
  const t = useText();
  const { permissions } = useSession();
  const { state, change } = useWizard();
  const { options } = state;
  const set = (next: Partial<ImportOptions>): void => change({ options: { ...options, ...next }, mapping });
  const kinds = toPluralNoun(kind.labels);
  const matchFields = file.match_on.filter((name) => Object.values(mapping).includes(name));
  const mayCreateMasters = permissions.includes("master:manage") || permissions.includes("lead_source:manage");
  return (
    <section aria-label={t("Import mode")} className="flex max-w-form min-w-0 flex-col gap-4">
      <h2 className="text-section font-semibold">{t("Import mode")}</h2>
      <SegmentedControl
        label={t("Import mode")}
        value={options.mode}
        onChange={(mode) => {
          const next = mode as ImportOptions["mode"];
          set({ mode: next, ...(next !== "create" && options.match_on === undefined ? { match_on: matchFields[0] } : {}) });
        }}
        segments={[
          { id: "create", label: t("Create") },
          { id: "upsert", label: t("Create and update") },
          { id: "update", label: t("Update only") },
        ]}
      />
      {options.mode === "create" ? (
        canExistAlready(kind.kind) ? (
          <div className="max-w-field">
            <Select
              label={t("If the record exists already")}
              help={t("The same person, tax number or number means the same record.")}
              options={[
                { id: "skip", label: t("Leave it as it is") },
                { id: "update", label: t("Update it") },
                { id: "create", label: t("Refuse the row") },
              ]}
              value={options.on_duplicate ?? defaultDuplicateAction(kind.kind)}
              onChange={(key) => set({ on_duplicate: key as "skip" | "update" | "create" })}
            />
          </div>
        ) : null
      ) : (
        <div className="max-w-field">
          <Select
            label={t("Rows find their records by")}
            help={t("Only fields that a column has can be chosen.")}
            options={matchFields.map((name) => ({ id: name, label: labelField(name, kind.fields, file.fields) }))}
            value={options.match_on ?? null}
            onChange={(key) => set({ match_on: String(key) })}
          />
        </div>
      )}
      <div className="grid min-w-0 gap-4 tablet:grid-cols-2">
        <Select
          label={t("How dates are written")}
          options={[{ id: AUTOMATIC, label: t("As the file suggests") }, ...dateFormats.map((id) => ({ id, label: id }))]}
          value={options.date_format ?? AUTOMATIC}
          onChange={(key) => set({ date_format: key === AUTOMATIC ? undefined : String(key) })}
        />
        <Select
          label={t("Decimal mark")}
          options={[
            { id: AUTOMATIC, label: t("As the file suggests") },
            { id: ".", label: t("Point: {example}", { example: "1,234.50" }) },
            { id: ",", label: t("Comma: {example}", { example: "1.234,50" }) },
          ]}
          value={options.decimal_mark ?? AUTOMATIC}
          onChange={(key) => set({ decimal_mark: key === AUTOMATIC ? undefined : String(key) })}
        />
      </div>
      {mayCreateMasters ? (
        <Checkbox isSelected={options.create_masters === true} onChange={(create_masters) => set({ create_masters })}>
          {t("Add values that lists such as sources and industries do not have yet")}
        </Checkbox>
      ) : null}
      {permissions.includes("import:historic") ? (
        <Checkbox
          isSelected={options.historic === true}
          onChange={(historic) => set({ historic })}
          help={t("A column can then be the time at which the {kinds} were created.", { kinds })}
        >
          {t("These are earlier records")}
        </Checkbox>
      ) : null}
    </section>
  );
}
