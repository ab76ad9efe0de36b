import type { Schemas } from "@crm/sdk/index.ts";
import { ArrowDownToLine, Replace } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useMemo, useState } from "react";
import type { Kind } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { Grid } from "../../ui/grid/grid.tsx";
import type { GridColumn } from "../../ui/grid/grid-types.ts";
import { TextCellEditor } from "../../ui/grid/text-cell-editor.tsx";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { MenuItem } from "../../ui/kit/menu.tsx";
import { uploadFile } from "../record/file-transfer.ts";
import {
  type CellEdits,
  fillDown,
  isCorrected,
  listCellErrors,
  listRowErrors,
  orderColumns,
  parseClipboard,
  pasteCells,
  readCell,
  replaceSame,
  setCell,
  writeCorrected,
} from "./correction-rules.ts";
import { type ImportJob, startImport, useRejectedRows } from "./import-data.ts";
import { labelField } from "./mapping-rules.ts";
import { useStoredState } from "./stored-state.ts";

type Rejected = Schemas.RowRejection;

/** More rows are easier to correct in a spreadsheet. */
const MAX_ROWS = 5000;
const REPORT_COLUMNS: readonly string[] = ["import_row", "import_field", "import_reason"];

interface Cell {
  readonly row: number;
  readonly column: number;
}

interface Corrections {
  readonly edits: CellEdits;
  readonly leftOut: readonly number[];
  /** The import of the corrected rows. */
  readonly next: string | undefined;
}

const none: Corrections = { edits: {}, leftOut: [], next: undefined };

/** The refused rows of an import with the reason at each cell, once they are loaded. They are corrected here and imported again. */
export function CorrectionGrid({ job, kind }: { readonly job: ImportJob; readonly kind: Kind }) {
  const t = useText();
  const rejected = useRejectedRows(job.id);
  const [corrections, change] = useStoredState<Corrections>(`corrections ${job.id}`, none);
  if (!rejected.data) return null;
  const rows = rejected.data.pages.flatMap((page) => page.rows);
  if (corrections.next !== undefined)
    return (
      <Banner
        kind="info"
        title={t("The corrected rows were imported again")}
        action={<Button onPress={() => change({ ...corrections, next: undefined })}>{t("Correct them once more")}</Button>}
      >
        <Link variant="value" href={`/crm/imports/view/${corrections.next}?from=${job.id}`}>
          {t("Show that import")}
        </Link>
      </Banner>
    );
  return (
    <section aria-label={t("Refused rows")} className="flex min-w-0 flex-col gap-3">
      <RowGrid job={job} kind={kind} rows={rows} corrections={corrections} change={change} />
      {rejected.hasNextPage ? (
        <div className="flex flex-wrap items-center gap-2 text-control text-text-muted">
          {rows.length < MAX_ROWS ? (
            <Button isSmall isPending={rejected.isFetchingNextPage} onPress={() => void rejected.fetchNextPage()}>
              {t("Load more refused rows")}
            </Button>
          ) : null}
          {t("{loaded} of {total} refused rows are shown. Download all of them to correct them in a spreadsheet.", {
            loaded: formatCount(rows.length),
            total: formatCount(job.failed),
          })}
        </div>
      ) : null}
    </section>
  );
}

interface RowGridProps {
  readonly job: ImportJob;
  readonly kind: Kind;
  readonly rows: readonly Rejected[];
  readonly corrections: Corrections;
  readonly change: (next: Corrections) => void;
}

function RowGrid({ job, kind, rows: all, corrections, change }: RowGridProps) {
  const t = useText();
  const navigate = useNavigate();
  const { edits, leftOut } = corrections;
  const rows = useMemo(() => all.filter(({ row }) => !leftOut.includes(row)), [all, leftOut]);
  const header = useMemo(() => job.header.filter((column) => !REPORT_COLUMNS.includes(column)), [job.header]);
  const columns = useMemo(() => orderColumns(header, all), [header, all]);
  const [focused, setFocused] = useState<Cell>();
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const set = (next: CellEdits): void => change({ ...corrections, edits: next });
  const corrected = rows.filter((row) => isCorrected(row, edits)).length;
  const labelFor = (field: string): string => labelField(field, kind.fields, []);
  const explain = (row: Rejected): string =>
    listRowErrors(row)
      .map(({ field, message }) => (field === "" ? message : `${labelFor(field)}: ${message}`))
      .join(" ");
  const gridColumns: GridColumn<Rejected>[] = [
    { id: "row", label: t("Row"), width: 96, isNumeric: true, render: ({ row }) => formatCount(row) },
    ...(all.some((row) => listRowErrors(row).length > 0)
      ? [
          {
            id: "problem",
            label: t("Problem"),
            width: 240,
            maxWidth: 400,
            render: (row: Rejected) => <Marked text={explain(row)} />,
          },
        ]
      : []),
    ...columns.map(
      (column): GridColumn<Rejected> => ({
        id: column,
        label: column,
        width: 180,
        maxWidth: 320,
        render: (row) => {
          const text = readCell(row, column, edits);
          const reason = listCellErrors(row, column, edits)
            .map(({ message }) => message)
            .join(" ");
          if (reason !== "") return <Marked text={text} reason={reason} />;
          return edits[row.row]?.[column] === undefined ? text : <Changed text={text} />;
        },
        editor: ({ row, commit, cancel }) => (
          <TextCellEditor<string>
            label={column}
            value={readCell(row, column, edits)}
            parse={(text) => text}
            commit={commit}
            cancel={cancel}
          />
        ),
      }),
    ),
  ];
  /** The columns of the file begin after the number of the row, and its problem. */
  const firstColumn = gridColumns.length - columns.length;
  const place = focused && { row: focused.row, column: focused.column - firstColumn };
  const focusedColumn = place && columns[place.column];
  const focusedRow = place && rows[place.row];
  const reasons =
    focusedRow === undefined
      ? []
      : focusedColumn === undefined
        ? listRowErrors(focusedRow)
        : listCellErrors(focusedRow, focusedColumn, edits);
  const paste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData("text/plain");
    if (isEditing(event.target) || place === undefined || place.column < 0 || text === "") return;
    event.preventDefault();
    set(pasteCells(edits, { rows, columns }, place, parseClipboard(text)));
  };
  const copy = (event: ClipboardEvent): void => {
    if (isEditing(event.target) || focusedRow === undefined || focusedColumn === undefined) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", readCell(focusedRow, focusedColumn, edits));
  };
  const fill = (work: typeof fillDown): void => {
    if (place !== undefined && focusedColumn !== undefined) set(work(edits, rows, focusedColumn, place.row));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isEditing(event.target) || event.key.toLowerCase() !== "d" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    fill(fillDown);
  };
  const send = async (): Promise<void> => {
    setSending(true);
    setRefusal(undefined);
    try {
      const { encoding: _encoding, delimiter: _delimiter, sheet: _sheet, ...options } = job.options;
      const name = `${job.file_name.replace(/(?: \(corrected\))?\.[^.]*$/, "")} (corrected).csv`;
      const file = new File([writeCorrected(header, rows, edits)], name, { type: "text/csv" });
      const upload_id = await uploadFile(file, () => undefined, new AbortController().signal);
      const id = await startImport(kind.path, {
        upload_id,
        mapping: job.mapping,
        value_map: job.value_map,
        new_values: job.new_values ?? {},
        options: { ...options, dry_run: false },
        ...(job.list_id === null ? {} : { list_id: job.list_id }),
      });
      change({ ...corrections, next: id });
      await navigate({ to: `/crm/imports/view/${id}`, search: { from: job.id } });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      setRefusal(form ?? Object.values(fields)[0] ?? t("The rows could not be imported again"));
      setSending(false);
    }
  };
  return (
    <>
      {refusal === undefined ? null : <Banner kind="danger" title={refusal} />}
      <div className="flex min-w-0 flex-wrap items-center gap-2">
        <h2 className="text-section font-semibold">
          {t("{corrected} of {total} rows corrected", { corrected: formatCount(corrected), total: formatCount(rows.length) })}
        </h2>
        <span className="flex min-w-0 flex-wrap items-center gap-2 tablet:ms-auto">
          <Button isSmall icon={<ArrowDownToLine />} isDisabled={focusedColumn === undefined} onPress={() => fill(fillDown)}>
            {t("Fill down")}
          </Button>
          <Button isSmall icon={<Replace />} isDisabled={focusedColumn === undefined} onPress={() => fill(replaceSame)}>
            {t("Replace in all rows")}
          </Button>
          <Button variant="primary" isPending={isSending} isDisabled={rows.length === 0} onPress={() => void send()}>
            {t("{count, plural, one {Import # row again} other {Import # rows again}}", { count: rows.length })}
          </Button>
        </span>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the grid in it has the focus and the keys */}
      <div
        className="flex h-grid min-h-0 min-w-0 flex-col overflow-hidden rounded-card border border-border"
        onPaste={paste}
        onCopy={copy}
        onKeyDown={onKeyDown}
        onFocus={({ target }) => setFocused(readPlace(target) ?? focused)}
      >
        <Grid<Rejected>
          label={t("Refused rows")}
          columns={gridColumns}
          rowCount={rows.length}
          getRow={(index) => rows[index]}
          getRowId={({ row }) => String(row)}
          hasSingleKeys={false}
          onEdit={(row, column, value) => set(setCell(edits, row, column, String(value)))}
          rowMenu={(row) => (
            <MenuItem
              id="leave-out"
              label={t("Leave this row out")}
              onAction={() => change({ ...corrections, leftOut: [...leftOut, row.row] })}
            />
          )}
        />
      </div>
      <p className="min-h-lh text-control" aria-live="polite">
        {reasons.length > 0 ? (
          <span className="text-danger">{reasons.map(({ message }) => message).join(" ")}</span>
        ) : (
          <span className="text-text-muted">
            {t(
              "Double-click or Enter changes a cell. Cells of a spreadsheet can be pasted, and Ctrl+D fills the refused cells below.",
            )}
          </span>
        )}
      </p>
    </>
  );
}

/** Inside an input the keys and the clipboard belong to its text. */
const isEditing = (target: EventTarget): boolean => target instanceof HTMLInputElement;

function readPlace(target: EventTarget): Cell | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
  const row = Number(cell?.parentElement?.dataset.row ?? -1);
  return cell === null || row < 0 ? undefined : { row, column: Number(cell.dataset.column) };
}

/** A cell that was refused. The mark says it without the color too. */
function Marked({ text, reason }: { readonly text: string; readonly reason?: string }) {
  const t = useText();
  if (text === "" && reason === undefined) return null;
  return (
    <span className="rounded-small bg-danger-subtle px-1 text-danger" title={reason}>
      <span aria-hidden="true">{"! "}</span>
      {text === "" ? t("Empty") : text}
      {reason === undefined ? null : <span className="sr-only">{reason}</span>}
    </span>
  );
}

/** A cell that the user changed. */
const Changed = ({ text }: { readonly text: string }) => (
  <span className="rounded-small bg-success-subtle px-1">{text === "" ? "–" : text}</span>
);
