import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import { useFormState } from "../../../input/form/form-state.ts";
import { useLeaveQuestion } from "../../../input/form/leave-guard.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import { ownerFilters } from "../../../records/figures/analytics-query.ts";
import type { FigureInfo, Tile } from "../../../records/figures/analytics-types.ts";
import type { Division } from "../../../records/figures/figure-chart.tsx";
import { OwnerChoice } from "../../../records/figures/filter-bar.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { Select, toKeys } from "../../../ui/kit/select.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import {
  changeTileType,
  cleanTile,
  hasTileField,
  listTileFigures,
  nameTileType,
  type TileType,
  tileTypes,
} from "./tile-rules.ts";

interface TileFormProps {
  readonly tile: Tile;
  readonly isNew: boolean;
  readonly figures: readonly FigureInfo[];
  readonly onSave: (tile: Tile) => void;
  readonly onClose: () => void;
}

const divisions = ["owner", "day", "week", "month", "quarter", "year"] as const satisfies readonly Division[];
const MAX_TITLE = 100;
const MAX_ROWS = 50;
const MAX_FIGURES = 10;

/** What a tile shows. */
export function TileForm({ tile, isNew, figures, onSave, onClose }: TileFormProps) {
  const t = useText();
  const form = useFormState({ tile }, t, useDraft(`tile ${isNew ? "new" : JSON.stringify(tile)}`));
  const { close, question } = useLeaveQuestion(form, onClose);
  const draft = form.values.tile as Tile;
  const setDraft = (next: Tile): void => form.set("tile", next);
  const [isTried, setTried] = useState(false);
  const { type } = draft;
  const has = (field: Parameters<typeof hasTileField>[1]): boolean => hasTileField(type, field);
  const change = (next: Partial<Tile>): void => setDraft({ ...draft, ...next });
  const options = useMemo(
    () => listTileFigures(figures, draft).map(({ name, label, formula }) => ({ id: name, label, description: formula })),
    [figures, draft],
  );
  const missing = (["figure", "figures", "by", "view", "report", "kpi"] as const).filter(
    (field) => has(field) && cleanTile(draft)[field] === undefined,
  );
  const errorFor = (field: (typeof missing)[number]) => (isTried && missing.includes(field) ? { error: t("Choose one") } : {});
  const save = (): void => {
    setTried(true);
    if (missing.length > 0) return;
    form.discard();
    onSave(cleanTile(draft));
  };
  const divisionNames = {
    owner: t("Owner"),
    day: t("Day"),
    week: t("Week"),
    month: t("Month"),
    quarter: t("Quarter"),
    year: t("Year"),
  };
  return (
    <Drawer
      title={isNew ? t("Add a tile") : t("Edit the tile")}
      isOpen
      onOpenChange={close}
      actions={() => (
        <>
          <Button onPress={close}>{t("Cancel")}</Button>
          <Button variant="primary" onPress={save}>
            {isNew ? t("Add") : t("Apply")}
          </Button>
        </>
      )}
    >
      <div className="flex flex-col gap-4">
        <Select
          label={t("Type")}
          options={tileTypes.map((id) => ({ id, label: nameTileType(id, t) }))}
          value={type}
          onChange={(next) => setDraft(changeTileType(draft, next as TileType))}
        />
        {has("by") ? (
          <Select
            label={t("By")}
            options={divisions.map((id) => ({ id, label: divisionNames[id] }))}
            value={draft.by ?? null}
            onChange={(by) => change({ by: by as Division, figure: undefined, figures: undefined })}
            {...errorFor("by")}
          />
        ) : null}
        {has("figure") ? (
          <Combobox
            key={`${type} ${draft.by}`}
            label={t("Figure")}
            options={options}
            selectedKey={draft.figure ?? null}
            onSelectionChange={(figure) => change({ figure: (figure ?? undefined) as Tile["figure"] })}
            {...errorFor("figure")}
          />
        ) : null}
        {has("figures") ? (
          <Select
            label={t("Figures")}
            help={t("At most {count}", { count: MAX_FIGURES })}
            selectionMode="multiple"
            options={options}
            value={draft.figures ?? []}
            onChange={(keys) => change({ figures: toKeys(keys).slice(0, MAX_FIGURES) as NonNullable<Tile["figures"]> })}
            {...errorFor("figures")}
          />
        ) : null}
        {has("chart") ? (
          <Select
            label={t("Form")}
            options={[
              { id: "bar", label: t("Bars") },
              { id: "line", label: t("Line") },
              { id: "area", label: t("Area") },
            ]}
            value={draft.chart ?? "bar"}
            onChange={(chart) => change({ chart: chart as NonNullable<Tile["chart"]> })}
          />
        ) : null}
        {(["view", "report", "kpi"] as const).map((field) =>
          has(field) ? (
            <SourceChoice
              key={field}
              source={field}
              value={draft[field]}
              onChange={(id) => change({ [field]: id })}
              {...errorFor(field)}
            />
          ) : null,
        )}
        {has("limit") ? (
          <NumberField
            label={t("Rows")}
            minValue={1}
            maxValue={MAX_ROWS}
            value={draft.limit ?? 10}
            onChange={(limit) => change({ limit: Number.isNaN(limit) ? undefined : limit })}
          />
        ) : null}
        {has("owner")
          ? ownerFilters.map((name) => (
              <OwnerChoice key={name} name={name} value={draft[name]} onChange={(id) => change({ [name]: id })} />
            ))
          : null}
        <TextField
          label={t("Title")}
          note="optional"
          help={t("Without a title, the tile has the name of what it shows.")}
          maxLength={MAX_TITLE}
          value={draft.title ?? ""}
          onChange={(title) => change({ title })}
        />
      </div>
      {question}
    </Drawer>
  );
}

const sourcePaths = { view: "/api/v1/views", report: "/api/v1/analytics/reports", kpi: "/api/v1/kpis" } as const;
const MAX_SOURCES = 100;

interface SourceChoiceProps {
  readonly source: keyof typeof sourcePaths;
  readonly value: string | undefined;
  readonly onChange: (id: string | undefined) => void;
  readonly error?: string;
}

/** Chooses a view, a report or a KPI that the user sees. */
function SourceChoice({ source, value, onChange, ...props }: SourceChoiceProps) {
  const t = useText();
  const scope = useScope();
  const labels = { view: t("View"), report: t("Report"), kpi: t("KPI") };
  const { data: sources = [] } = useQuery({
    queryKey: [...scope, "list", source, "choices"],
    queryFn: async () => (await read<{ id: string; name: string }[]>(sourcePaths[source], { limit: MAX_SOURCES })).data,
  });
  return (
    <Combobox
      label={labels[source]}
      options={sources.map(({ id, name }) => ({ id, label: name }))}
      selectedKey={value ?? null}
      onSelectionChange={(id) => onChange(id === null ? undefined : String(id))}
      {...props}
    />
  );
}
