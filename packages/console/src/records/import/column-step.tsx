import type { Schemas } from "@crm/sdk/index.ts";
import { useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { useKind } from "../../api/schema.ts";
import { useSession } from "../../api/session.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Combobox } from "../../ui/kit/combobox.tsx";
import type { Hue } from "../../ui/kit/hue.ts";
import { Select } from "../../ui/kit/select.tsx";
import { Table } from "../../ui/kit/table.tsx";
import { Tag } from "../../ui/kit/tag.tsx";
import { CUSTOM_FIELD } from "../custom-field/field-data.ts";
import { type Confidence, labelField, listMissingFields, mapColumn, rateColumn } from "./mapping-rules.ts";
import { NewFieldDialog } from "./new-field-dialog.tsx";
import { OptionFields } from "./option-fields.tsx";
import { SavedMappingBar } from "./saved-mapping-bar.tsx";
import { StepFoot, type StepProps } from "./step-foot.tsx";
import { useWizard } from "./wizard-state.ts";

interface ColumnStepProps extends StepProps {
  readonly file: Schemas.InspectedFile;
  readonly onNext: () => void;
}

const LEFT_OUT = "-";
const NEW_FIELD = "+";

/** Whether the user may add a field to the kind. */
function useCanAddField({ kind }: Pick<StepProps["kind"], "kind">): boolean {
  const { permissions } = useSession();
  const isManager = permissions.includes("custom_field:manage");
  const { data } = useKind(isManager ? CUSTOM_FIELD.kind : undefined);
  return data?.fields.some(({ name, choices }) => name === "entity_type" && choices?.some(({ code }) => code === kind)) === true;
}

/** Each column with samples of its values, and the field that it becomes. */
export function ColumnStep({ kind, file, mapping, onBack, onNext }: ColumnStepProps) {
  const t = useText();
  const { locale } = useLocale();
  const { state, change } = useWizard();
  const [hasTried, setTried] = useState(false);
  const [added, setAdded] = useState<(typeof file.columns)[number]>();
  const canAdd = useCanAddField(kind);
  const options = file.fields
    .map(({ name }) => ({ id: name, label: labelField(name, kind.fields, file.fields) }))
    .sort((first, second) => first.label.localeCompare(second.label, locale));
  const choices = [
    { id: LEFT_OUT, label: t("Leave this column out") },
    ...(canAdd ? [{ id: NEW_FIELD, label: t("Add a new field…") }] : []),
    ...options,
  ];
  const map = (column: string, field: string | undefined): void =>
    change({ mapping: mapColumn(mapping, column, field), used: undefined });
  const missing = listMissingFields(file.fields, mapping, state.options.mode);
  const count = file.columns.filter(({ column }) => mapping[column] !== undefined).length;
  const isMatchMissing =
    state.options.mode !== "create" &&
    (state.options.match_on === undefined || !Object.values(mapping).includes(state.options.match_on));
  const problem =
    count === 0
      ? t("Choose a field for at least one column.")
      : isMatchMissing
        ? t("Choose by which field the rows find their records. A column must have it.")
        : undefined;
  const next = (): void => {
    setTried(true);
    if (problem === undefined) onNext();
  };
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {file.encodings === undefined ? null : <EncodingChoice file={file} />}
      {file.sheets.length < 2 ? null : <SheetChoice file={file} />}
      <section aria-label={t("Columns")} className="flex min-w-0 flex-col gap-3">
        <div className="flex min-w-0 flex-wrap items-end gap-3">
          <h2 className="text-section font-semibold">
            {t("{count} of {total} columns are imported", { count, total: file.columns.length })}
          </h2>
          <SavedMappingBar kind={kind} file={file} mapping={mapping} />
        </div>
        {missing.length > 0 ? (
          <Banner
            kind="warning"
            title={t("No column has: {fields}", {
              fields: missing.map(({ name }) => labelField(name, kind.fields, file.fields)).join(", "),
            })}
          >
            {t("New {kinds} need these. Rows without them are refused.", { kinds: toPluralNoun(kind.labels) })}
          </Banner>
        ) : null}
        <ul className="flex min-w-0 flex-col">
          {file.columns.map((entry) => {
            const { column, samples } = entry;
            const rating = rateColumn(entry, mapping[column]);
            return (
              <li
                key={column}
                className="grid min-w-0 items-center gap-x-6 gap-y-2 border-b border-border py-3 last:border-b-0 tablet:grid-cols-2"
              >
                <div className="flex min-w-0 flex-col">
                  <span dir="auto" className="text-body font-medium wrap-anywhere">
                    {column}
                  </span>
                  <span dir="auto" className="truncate text-meta text-text-muted" title={samples.slice(0, 5).join("\n")}>
                    {samples.length === 0 ? t("No values in the first rows") : samples.slice(0, 3).join(" · ")}
                  </span>
                </div>
                <div className="flex min-w-0 flex-wrap items-center gap-2">
                  <div className="min-w-field-short flex-1">
                    <Combobox
                      label={t("Field of the column {column}", { column })}
                      isLabelHidden
                      options={choices}
                      selectedKey={mapping[column] ?? LEFT_OUT}
                      onSelectionChange={(key) => {
                        if (key === null) return;
                        if (key === NEW_FIELD) setAdded(entry);
                        else map(column, key === LEFT_OUT ? undefined : String(key));
                      }}
                    />
                  </div>
                  <span className="flex w-field-short justify-start">
                    <RatingTag rating={rating} />
                  </span>
                </div>
              </li>
            );
          })}
        </ul>
      </section>
      {added === undefined ? null : (
        <NewFieldDialog
          kind={kind}
          column={added}
          onAdd={(field) => {
            setAdded(undefined);
            map(added.column, field);
          }}
          onClose={() => setAdded(undefined)}
        />
      )}
      <FirstRows file={file} />
      <OptionFields kind={kind} file={file} mapping={mapping} />
      {hasTried && problem !== undefined ? <Banner kind="danger" title={problem} /> : null}
      <StepFoot onBack={onBack}>
        <Button variant="primary" onPress={next}>
          {t("Continue")}
        </Button>
      </StepFoot>
    </div>
  );
}

const ratings: Readonly<Record<Confidence, readonly [hue: Hue, name: (t: Translate) => string]>> = {
  sure: ["green", (t) => t("Sure")],
  likely: ["yellow", (t) => t("Likely")],
  doubtful: ["orange", (t) => t("Please check")],
  chosen: ["gray", (t) => t("Your choice")],
};

/** How sure the suggestion is. */
function RatingTag({ rating }: { readonly rating: Confidence | undefined }) {
  const t = useText();
  if (rating === undefined) return <span className="text-meta text-text-muted">{t("Left out")}</span>;
  const [hue, name] = ratings[rating];
  return <Tag hasDot hue={hue} label={name(t)} />;
}

interface PreviewRow {
  readonly id: string;
  readonly cells: readonly string[];
}

/** The rows as the file has them. */
function FirstRows({ file }: { readonly file: Schemas.InspectedFile }) {
  const t = useText();
  if (file.rows.length === 0) return null;
  return (
    <section aria-label={t("First rows of the file")} className="flex min-w-0 flex-col gap-3">
      <h2 className="text-section font-semibold">{t("First rows of the file")}</h2>
      <div className="min-w-0 overflow-x-auto">
        <Table
          label={t("First rows of the file")}
          rows={file.rows.map((cells, index) => ({ id: String(index), cells }))}
          getRowId={({ id }) => id}
          columns={file.columns.map(({ column }, index) => ({
            id: column,
            label: column,
            render: ({ cells }: PreviewRow) => (
              <span dir="auto" className="block max-w-field truncate" title={cells[index] ?? ""}>
                {cells[index] ?? ""}
              </span>
            ),
          }))}
        />
      </div>
    </section>
  );
}

/** A workbook has several sheets. Another one has other columns, so the decisions about columns and values begin again. */
function SheetChoice({ file }: { readonly file: Schemas.InspectedFile }) {
  const t = useText();
  const { state, change } = useWizard();
  return (
    <div className="max-w-field">
      <Select
        label={t("Sheet")}
        options={file.sheets.map((name) => ({ id: name, label: name }))}
        value={file.sheet}
        onChange={(key) =>
          change({
            options: { ...state.options, sheet: String(key) },
            mapping: undefined,
            values: {},
            created: {},
            used: undefined,
          })
        }
      />
    </div>
  );
}

const PREVIEW_ROWS = 2;

/** The file says not how its letters are stored, so a person looks which ones can be read. */
function EncodingChoice({ file }: { readonly file: Schemas.InspectedFile }) {
  const t = useText();
  const { state, change } = useWizard();
  const options = (file.encodings ?? []).map(({ encoding, preview }) => ({
    id: encoding,
    label: encoding,
    description: preview
      .slice(1, 1 + PREVIEW_ROWS)
      .map((cells) => cells.join(" · "))
      .join(" / "),
  }));
  return (
    <Banner kind="warning" title={t("How the letters of this file are stored is not certain")}>
      <div className="max-w-field py-2">
        <Select
          label={t("Choose the line that you can read")}
          options={options}
          value={state.options.encoding ?? null}
          onChange={(key) => change({ options: { ...state.options, encoding: String(key) } })}
        />
      </div>
    </Banner>
  );
}
