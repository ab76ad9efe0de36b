import { CalendarPlus, Copy, ExternalLink, Link2, Maximize2, NotebookPen, PanelRight } from "lucide-react";
import type { ConsoleRecord } from "../../api/records.ts";
import { formatTitle, type Kind, recordPath, useKindIndex } from "../../api/schema.ts";
import { useSession } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { MenuItem } from "../../ui/kit/menu.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { type EntryName, listEntryNames } from "../record/composer-entries.ts";
import type { Preview } from "./use-preview.ts";

interface RowActionsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly preview: Preview;
  /** Adds a call or a task to the record. */
  readonly onAdd: (name: EntryName) => void;
}

/** The entries of the menu of a row that every kind has. */
export function RowActions({ kind, record, preview, onAdd }: RowActionsProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const { permissions } = useSession();
  const entryNames = listEntryNames({ kind, kinds, record, permissions });
  const path = recordPath(kind, record.id);
  const copy = async (text: string, done: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      showToast({ text: done });
    } catch {
      // Browsers refuse it without a permission, and outside of https.
      showToast({ text: t("The browser does not allow copying. Copy this: {text}", { text }), isError: true });
    }
  };
  return (
    <>
      <MenuItem label={t("Open")} icon={<Maximize2 />} onAction={() => preview.open(record.id)} />
      <MenuItem label={t("Preview")} icon={<PanelRight />} shortcut="Space" onAction={() => preview.toggle(record)} />
      {entryNames.includes("call") ? (
        <MenuItem label={t("Log call")} icon={<NotebookPen />} onAction={() => onAdd("call")} />
      ) : null}
      {entryNames.includes("task") ? (
        <MenuItem label={t("Plan task")} icon={<CalendarPlus />} onAction={() => onAdd("task")} />
      ) : null}
      <MenuItem
        label={t("Open in new tab")}
        icon={<ExternalLink />}
        onAction={() => void window.open(path, "_blank", "noopener")}
      />
      <MenuItem
        label={t("Copy link")}
        icon={<Link2 />}
        onAction={() => void copy(location.origin + path, t("The link was copied"))}
      />
      <MenuItem
        label={t("Copy title")}
        icon={<Copy />}
        onAction={() => void copy(formatTitle(kind, record), t("The title was copied"))}
      />
    </>
  );
}
