import { Plus } from "lucide-react";
import { useRef, useState } from "react";
import { crm } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useSharings } from "../../../api/use-sharings.ts";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { pickChanges } from "../../../input/form/save-changes.ts";
import { useStoredSave } from "../../../input/form/stored-save.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { type Layout, useFigureList } from "../../../records/figures/analytics-data.ts";
import type { Tile } from "../../../records/figures/analytics-types.ts";
import { nameSpan } from "../../../records/figures/period-rules.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { TileGrid } from "../../../ui/kit/tile-grid.tsx";
import { EditorTile } from "./editor-tile.tsx";
import { TileForm } from "./tile-form.tsx";
import { addTile, placeTile, removeTile } from "./tile-layout.ts";
import { createTile } from "./tile-rules.ts";

interface DashboardEditorProps {
  /** Without an id: a new one. */
  readonly layout: Layout;
  /** Gets the id of the dashboard that was saved. */
  readonly onClose: (saved: string | undefined) => void;
}

const dashboardSpans = ["last_30_days", "this_month", "this_quarter", "this_year"] as const;
const DASHBOARDS_PATH = "/api/v1/dashboards";
const MAX_TILES = 24;
const MAX_NAME = 100;

/** Changes the tiles of a dashboard, their places and sizes, and who sees it. */
export function DashboardEditor({ layout, onClose }: DashboardEditorProps) {
  const t = useText();
  const sharings = useSharings(layout.sharing);
  const invalidate = useInvalidation();
  const figures = useFigureList();
  const grid = useRef<HTMLUListElement>(null);
  const form = useFormState(
    { name: layout.name, span: layout.span, sharing: layout.sharing ?? "PRIVATE", tiles: layout.tiles, version: layout.version },
    t,
    useDraft(`dashboard ${layout.id ?? "new"}`),
  );
  const path = layout.id === undefined ? DASHBOARDS_PATH : `${DASHBOARDS_PATH}/${layout.id}`;
  const { id, version } = layout;
  const stored = id === undefined || version === undefined ? undefined : { ...layout, id, version };
  const saveStored = useStoredSave<{ readonly id: string; readonly version: number }>(path, stored, form);
  const tiles = form.values.tiles as readonly Tile[];
  const [edited, setEdited] = useState<{ readonly index: number | undefined; readonly tile: Tile }>();
  const setTiles = (next: readonly Tile[]): void => form.set("tiles", next);
  const saveTile = (tile: Tile): void => {
    const index = edited?.index;
    setTiles(index === undefined ? addTile(tiles, tile) : tiles.map((other, position) => (position === index ? tile : other)));
    setEdited(undefined);
  };
  const save = async (): Promise<void> => {
    const { name, span, sharing } = form.values;
    const body = { name: String(name).trim(), span, sharing, tiles };
    const saved = stored
      ? await saveStored(pickChanges(body, stored))
      : await form.submit(() => crm.request<{ id: string }>("POST", path, { body }).then((answer) => answer));
    if (!saved) return;
    form.discard();
    await invalidate({ kind: "dashboard" }, saved.id);
    onClose(saved.id);
  };
  const problems = Object.entries(form.errors.fields).flatMap(([field, message]) => {
    const [, index] = /^tiles\[(\d+)\]/.exec(field) ?? [];
    return index === undefined ? [] : [[Number(index), message] as const];
  });
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-auto">
      <div className="flex w-full min-w-0 flex-col gap-4 px-4 pb-8 tablet:px-6">
        <header className="flex min-h-page-head flex-wrap items-center gap-3 py-2">
          <h1 className="min-w-0 text-title font-semibold">
            {layout.id === undefined ? t("New dashboard") : t("Edit the dashboard")}
          </h1>
          <span className="ms-auto flex flex-wrap items-center gap-2">
            <Button
              onPress={() => {
                form.discard();
                onClose(undefined);
              }}
            >
              {t("Cancel")}
            </Button>
            <Button variant="primary" isPending={form.isSaving} onPress={() => void save()}>
              {form.isSaving ? t("Saving…") : t("Save")}
            </Button>
          </span>
        </header>
        <FormSummary
          form={form}
          shownFields={["name", "sharing", "span", ...(problems.length > 0 ? ["tiles"] : [])]}
          labelFor={() => t("Tiles")}
        />
        <div className="flex flex-wrap items-end gap-3">
          <div className="w-full min-w-field-short tablet:w-field">
            <TextField label={t("Name")} maxLength={MAX_NAME} autoFocus={layout.id === undefined} {...bindText(form, "name")} />
          </div>
          <div className="w-full min-w-field-short tablet:w-fit">
            <Select
              label={t("Period")}
              options={dashboardSpans.map((id) => ({ id, label: nameSpan(id, t) }))}
              value={String(form.values.span)}
              onChange={(span) => form.set("span", span)}
            />
          </div>
          <div className="flex min-w-0 flex-col items-start gap-1">
            <span className="text-control font-medium">{t("Who sees it")}</span>
            <SegmentedControl
              label={t("Who sees it")}
              value={String(form.values.sharing)}
              onChange={(sharing) => form.set("sharing", sharing)}
              segments={sharings}
            />
          </div>
        </div>
        {form.errors.fields.sharing ? <p className="text-meta text-danger">{form.errors.fields.sharing}</p> : null}
        <div className="flex flex-wrap items-center gap-3">
          <Button
            icon={<Plus />}
            isDisabled={tiles.length >= MAX_TILES}
            onPress={() => setEdited({ index: undefined, tile: createTile("figure") })}
          >
            {t("Add a tile")}
          </Button>
          <span className="text-meta text-text-muted">
            {t("Drag tiles. Alt and an arrow move the focused tile, Shift and an arrow resize it.")}
          </span>
        </div>
        {tiles.length === 0 ? (
          <EmptyState kind="empty" title={t("This dashboard has no tiles")}>
            {t("A tile shows a figure, a chart, a list, a report or a KPI.")}
          </EmptyState>
        ) : (
          <TileGrid ref={grid}>
            {tiles.map((tile, index) => (
              <EditorTile
                // biome-ignore lint/suspicious/noArrayIndexKey: a tile has no other identity
                key={index}
                tile={tile}
                grid={grid}
                figures={figures.data ?? []}
                error={problems.find(([position]) => position === index)?.[1]}
                onPlace={(place, from) => setTiles(placeTile(from ?? tiles, index, place))}
                getTiles={() => tiles}
                onEdit={() => setEdited({ index, tile })}
                onRemove={() => setTiles(removeTile(tiles, index))}
              />
            ))}
          </TileGrid>
        )}
      </div>
      {edited ? (
        <TileForm
          tile={edited.tile}
          isNew={edited.index === undefined}
          figures={figures.data ?? []}
          onSave={saveTile}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
      <LeaveGuard form={form} />
    </div>
  );
}
