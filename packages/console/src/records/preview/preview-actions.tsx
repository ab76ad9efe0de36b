import { CalendarPlus, Mail, MoreHorizontal, NotebookPen } from "lucide-react";
import { type ReactElement, useState } from "react";
import { shortLabel } from "../../api/action-label.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Action, type Kind, useKindIndex } from "../../api/schema.ts";
import { useSession } from "../../api/session.ts";
import { KindIcon } from "../../frame/shell/kind-icon.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../ui/kit/menu.tsx";
import { ActionDialog } from "../record/action-dialog.tsx";
import { type EntryName, listEntryNames } from "../record/composer-entries.ts";
import { EntryDialog } from "../record/entry-dialog.tsx";
import { listActions } from "../record/record-head.tsx";

interface PreviewActionsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** More buttons have no room in one line in every language. */
const MAX_BUTTONS = 2;

/** What users do most with a record of a list: the entries of its composer, and its first action. */
export function PreviewActions({ kind, record }: PreviewActionsProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const { permissions } = useSession();
  const [entry, setEntry] = useState<EntryName>();
  const [running, setRunning] = useState<Action>();
  const names = listEntryNames({ kind, kinds, record, permissions });
  const entries: readonly { readonly name: EntryName; readonly label: string; readonly icon: ReactElement }[] = [
    { name: "call", label: t("Log call"), icon: <NotebookPen /> },
    { name: "email", label: t("Email"), icon: <Mail /> },
    { name: "task", label: t("Plan task"), icon: <CalendarPlus /> },
  ];
  const action = listActions(kind, record).find(({ primary }) => primary);
  const usable = entries.filter(({ name }) => names.includes(name));
  const count = action ? MAX_BUTTONS - 1 : MAX_BUTTONS;
  const more = usable.slice(count);
  if (usable.length === 0 && !action) return null;
  return (
    <div className="flex gap-2">
      {usable.slice(0, count).map(({ name, label, icon }) => (
        <Button key={name} isSmall icon={icon} onPress={() => setEntry(name)}>
          {label}
        </Button>
      ))}
      {action ? (
        <Button isSmall icon={<KindIcon name={action.icon} />} onPress={() => setRunning(action)}>
          {shortLabel(action, kind)}
        </Button>
      ) : null}
      {more.length === 0 ? null : (
        <Menu
          placement="bottom end"
          trigger={<IconButton isSmall label={t("More actions")} icon={<MoreHorizontal />} variant="secondary" />}
          onAction={(name) => setEntry(name as EntryName)}
        >
          {more.map(({ name, label, icon }) => (
            <MenuItem key={name} id={name} label={label} icon={icon} />
          ))}
        </Menu>
      )}
      {entry ? <EntryDialog kind={kind} record={record} name={entry} onClose={() => setEntry(undefined)} /> : null}
      {running ? <ActionDialog kind={kind} record={record} action={running} onClose={() => setRunning(undefined)} /> : null}
    </div>
  );
}
