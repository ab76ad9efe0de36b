import type { Schemas } from "@crm/sdk/index.ts";
import { Check, Download, Ellipsis, Link2, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { listActionFields } from "../../../api/action-fields.ts";
import { readFile } from "../../../api/client.ts";
import { saveFile } from "../../../api/file-download.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import type { Action, Field, Kind } from "../../../api/schema.ts";
import { EMPTY, formatValue, readPart } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { uploadFile } from "../../../records/record/file-transfer.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FileDrop, type FileEntry } from "../../../ui/kit/file-drop.tsx";
import { formatBytes } from "../../../ui/kit/file-rules.ts";
import type { Hue } from "../../../ui/kit/hue.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { findAssetType } from "./asset-type.ts";
import { findAction, useCampaignChange, useCampaignList } from "./campaign-data.ts";
import { type OpenPart, PartDialog } from "./part-dialog.tsx";

type Row = ApiRow<Schemas.CampaignActivityRow>;

interface PlanProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const MAX_LISTED = 100;
/** Inputs that the dialogs leave out: the upload has a form of its own. */
const OMITTED = ["target_audience", "upload_id"];
const MAX_BYTES = 100 * 1024 * 1024;

const statusHues: Readonly<Record<string, Hue>> = {
  PLANNED: "gray",
  IN_PROGRESS: "blue",
  COMPLETED: "green",
  CANCELLED: "red",
};

/** What is to be done in a campaign, and its pictures and documents. */
export function PlanPanel(props: PlanProps) {
  const lists = [
    useCampaignList(props.record.id, "activities", MAX_LISTED),
    useCampaignList(props.record.id, "assets", MAX_LISTED),
  ];
  // The second list would move when the first one appears.
  if (lists.some(({ isPending }) => isPending)) return <Skeleton shape="block" />;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <ActivityList {...props} />
      <AssetList {...props} />
    </div>
  );
}

/** Writes a value of an entry by the field of the action that sets it. */
function useEntryText(action: Action | undefined, record: ConsoleRecord) {
  const options = useTextOptions();
  const fields = listActionFields(action);
  return (row: Row, name: string): string => {
    const field = fields.find((candidate) => candidate.name === name);
    if (!field) return EMPTY;
    const isMoney = field.type === "money";
    const shown = (isMoney ? { ...field, currency: String(record.currency ?? "") } : field) as Field;
    return formatValue({ ...readPart(record, row), ...row }, shown, options);
  };
}

function ActivityList({ kind, record }: PlanProps) {
  const t = useText();
  const [dialog, setDialog] = useState<OpenPart>();
  const list = useCampaignList(record.id, "activities", MAX_LISTED);
  const change = useCampaignChange(["campaign"]);
  const [creation, update, removal] = ["createCampaignActivity", "updateCampaignActivity", "deleteCampaignActivity"].map((name) =>
    findAction(kind, name),
  );
  // The labels of the fields are the same for readers, who have no action.
  const textOf = useEntryText(creation, record);
  const rows = list.data?.rows ?? [];
  const path = (row: Row): string => `/api/v1/campaigns/${record.id}/activities/${row.id}`;
  const status = (row: Row) => <Tag label={textOf(row, "status")} hue={statusHues[String(row.status)] ?? "gray"} hasDot />;
  const menu = (row: Row) => (
    <Menu
      placement="bottom end"
      trigger={<IconButton isSmall label={t("Actions for {name}", { name: String(row.name) })} icon={<Ellipsis />} />}
    >
      {update && row.status !== "COMPLETED" ? (
        <MenuItem
          label={t("Mark as completed")}
          icon={<Check />}
          onAction={() => void change("PATCH", path(row), { status: "COMPLETED" })}
        />
      ) : null}
      {update ? (
        <MenuItem
          label={t("Edit")}
          icon={<Pencil />}
          onAction={() => setDialog({ action: { ...update, title: t("Edit") }, row })}
        />
      ) : null}
      {removal ? (
        <MenuItem
          isDanger
          label={t("Delete")}
          icon={<Trash2 />}
          onAction={() => setDialog({ action: { ...removal, title: t("Delete") }, row })}
        />
      ) : null}
    </Menu>
  );
  const time = (row: Row): string => textOf(row, row.execution_date ? "execution_date" : "scheduled_date");
  const columns: TableColumn<Row>[] = [
    { id: "name", label: t("Activity"), render: (row) => <span dir="auto">{String(row.name)}</span> },
    { id: "type", label: t("Type"), render: (row) => textOf(row, "activity_type") },
    { id: "channel", label: t("Channel"), render: (row) => textOf(row, "channel_id") },
    { id: "time", label: t("Time"), render: time },
    { id: "status", label: t("Status"), render: status },
    { id: "budget", label: t("Budget"), isNumeric: true, render: (row) => textOf(row, "budget") },
    ...(update ? [{ id: "menu", label: t("Actions"), isForActions: true, render: menu }] : []),
  ];
  return (
    <section aria-label={t("Activities of the campaign")} className="flex min-w-0 flex-col gap-2">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 flex-1 text-section font-semibold">{t("Activities of the campaign")}</h2>
        {creation ? (
          <Button isSmall icon={<Plus />} onPress={() => setDialog({ action: { ...creation, title: t("Plan an activity") } })}>
            {t("Plan an activity")}
          </Button>
        ) : null}
      </header>
      {list.error ? <Banner kind="danger" title={readErrors(list.error, t).form ?? t("The list could not be loaded")} /> : null}
      {list.isSuccess && rows.length === 0 ? (
        <EmptyState kind="empty" title={t("No activities are planned")}>
          {t("Plan activities such as a mailing, a post or a day at a fair.")}
        </EmptyState>
      ) : null}
      <RowList
        label={t("Activities of the campaign")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span dir="auto" className="min-w-0 flex-1 font-medium wrap-anywhere">
                {String(row.name)}
              </span>
              {update ? menu(row) : null}
            </span>
            <span className="flex flex-wrap items-center gap-2">
              {status(row)}
              <span className="text-meta text-text-muted">{time(row)}</span>
            </span>
          </>
        )}
      />
      {dialog ? (
        <PartDialog kind={kind} record={record} dialog={dialog} omitted={OMITTED} onClose={() => setDialog(undefined)} />
      ) : null}
    </section>
  );
}

function AssetList({ kind, record }: PlanProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const [dialog, setDialog] = useState<OpenPart>();
  const list = useCampaignList(record.id, "assets", MAX_LISTED);
  const [creation, update, removal] = ["createCampaignAsset", "updateCampaignAsset", "deleteCampaignAsset"].map((name) =>
    findAction(kind, name),
  );
  const textOf = useEntryText(creation, record);
  const rows = list.data?.rows ?? [];
  const save = async (row: ApiRow<Schemas.CampaignAssetRow>): Promise<void> => {
    try {
      const response = await readFile(`/api/v1/campaigns/${record.id}/assets/${row.id}/file`);
      await saveFile(response, String(row.file_name ?? row.name));
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The file could not be downloaded"), isError: true });
    }
  };
  const facts = (row: ApiRow<Schemas.CampaignAssetRow>): string =>
    [
      creation ? textOf(row, "asset_type") : undefined,
      row.dimensions ? String(row.dimensions).replace("x", " × ") : undefined,
      row.file_size ? formatBytes(Number(row.file_size), locale) : undefined,
    ]
      .filter(Boolean)
      .join(" · ");
  return (
    <section aria-label={t("Assets")} className="flex min-w-0 flex-col gap-2">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 flex-1 text-section font-semibold">{t("Assets")}</h2>
        {creation ? (
          <Button isSmall icon={<Link2 />} onPress={() => setDialog({ action: { ...creation, title: t("Add an address") } })}>
            {t("Add an address")}
          </Button>
        ) : null}
      </header>
      {creation ? <AssetUpload campaign={record.id} /> : null}
      {list.error ? <Banner kind="danger" title={readErrors(list.error, t).form ?? t("The list could not be loaded")} /> : null}
      {list.isSuccess && rows.length === 0 ? (
        <p className="text-control text-text-muted">{t("No pictures or documents yet")}</p>
      ) : null}
      <ul className="grid grid-cols-1 gap-2 empty:hidden tablet:grid-cols-2">
        {rows.map((row) => (
          <li
            key={row.id}
            className="flex min-w-0 items-center gap-2 rounded-card border border-border bg-surface p-3 text-control"
          >
            <span className="flex min-w-0 flex-1 flex-col">
              <span dir="auto" className="truncate font-medium" title={String(row.name)}>
                {row.file_url ? (
                  <Link variant="title" href={String(row.file_url)} target="_blank" rel="noreferrer">
                    {String(row.name)}
                  </Link>
                ) : (
                  String(row.name)
                )}
              </span>
              <span className="text-meta text-text-muted">{facts(row)}</span>
            </span>
            {row.upload_id ? (
              <IconButton
                isSmall
                label={t("Download {name}", { name: String(row.name) })}
                icon={<Download />}
                onPress={() => void save(row)}
              />
            ) : null}
            {update && removal ? (
              <Menu
                placement="bottom end"
                trigger={<IconButton isSmall label={t("Actions for {name}", { name: String(row.name) })} icon={<Ellipsis />} />}
              >
                <MenuItem
                  label={t("Edit")}
                  icon={<Pencil />}
                  onAction={() => setDialog({ action: { ...update, title: t("Edit") }, row })}
                />
                <MenuItem
                  isDanger
                  label={t("Delete")}
                  icon={<Trash2 />}
                  onAction={() => setDialog({ action: { ...removal, title: t("Delete") }, row })}
                />
              </Menu>
            ) : null}
          </li>
        ))}
      </ul>
      {dialog ? (
        <PartDialog kind={kind} record={record} dialog={dialog} omitted={OMITTED} onClose={() => setDialog(undefined)} />
      ) : null}
    </section>
  );
}

interface RunningUpload extends FileEntry {
  readonly controller: AbortController;
}

/** Files become assets with their own names. */
function AssetUpload({ campaign }: { readonly campaign: string }) {
  const t = useText();
  const change = useCampaignChange(["campaign"]);
  const [uploads, setUploads] = useState<readonly RunningUpload[]>([]);
  const edit = (id: string, changes: Partial<FileEntry>): void =>
    setUploads((before) => before.map((other) => (other.id === id ? { ...other, ...changes } : other)));
  const drop = (id: string): void => setUploads((before) => before.filter((other) => other.id !== id));
  const send = async (file: File): Promise<void> => {
    const controller = new AbortController();
    const id = crypto.randomUUID();
    setUploads((before) => [...before, { id, name: file.name, bytes: file.size, progress: 0, controller }]);
    try {
      const upload_id = await uploadFile(file, (progress) => edit(id, { progress }), controller.signal);
      const body = { name: file.name, asset_type: findAssetType(file), upload_id };
      if (await change("POST", `/api/v1/campaigns/${campaign}/assets`, body)) drop(id);
      else edit(id, { progress: undefined, error: t("The file was refused") });
    } catch {
      if (!controller.signal.aborted) edit(id, { progress: undefined, error: t("The file could not be sent") });
    }
  };
  return (
    <FileDrop
      label={t("Add pictures and documents")}
      files={uploads}
      maxBytes={MAX_BYTES}
      isMultiple
      onAdd={(files) => {
        for (const file of files) void send(file);
      }}
      onRemove={(id) => {
        uploads.find((upload) => upload.id === id)?.controller.abort();
        drop(id);
      }}
    />
  );
}
