import type { ConsoleRecord } from "../../api/records.ts";
import { formatTitle, type Kind } from "../../api/schema.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { describeEntries, EntryForm } from "./composer.tsx";
import type { EntryName } from "./composer-entries.ts";

interface EntryDialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly name: EntryName;
  readonly onClose: () => void;
}

/** Adds a call or a task to a record from its list. What was typed stays a draft of the record when the dialog is closed. */
export function EntryDialog({ kind, record, name, onClose }: EntryDialogProps) {
  const t = useText();
  const texts = describeEntries(t)[name];
  const title = formatTitle(kind, record);
  const onSaved = (): void => {
    onClose();
    showToast({ text: t("Added to {name}: {entry}", { entry: texts.tab, name: title }) });
  };
  return (
    <Dialog title={t("{entry}: {name}", { entry: texts.tab, name: title })} isOpen onOpenChange={onClose}>
      <EntryForm name={name} texts={texts} kind={kind} record={record} autoFocus onSaved={onSaved} />
    </Dialog>
  );
}
