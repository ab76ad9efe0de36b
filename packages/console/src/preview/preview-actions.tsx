import { CalendarPlus, Mail, Phone } from "lucide-react";
import { type ReactElement, useState } from "react";
import type { ConsoleRecord } from "../data/records.ts";
import { type Action, type Kind, useKindIndex } from "../data/schema.ts";
import { useSession } from "../data/session.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { ActionDialog } from "../record/action-dialog.tsx";
import { shortLabel } from "../record/action-label.ts";
import { type EntryName, listEntryNames } from "../record/composer-entries.ts";
import { EntryDialog } from "../record/entry-dialog.tsx";
import { listActions } from "../record/record-head.tsx";
import { KindIcon } from "../shell/kind-icon.tsx";

interface PreviewActionsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const MAX_BUTTONS = 3;

/** What users do most with a record of a list: the first entries of its composer, and its first action. */
export function PreviewActions({ kind, record }: PreviewActionsProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const { permissions } = useSession();
  const [entry, setEntry] = useState<EntryName>();
  const [running, setRunning] = useState<Action>();
  const names = listEntryNames({ kind, kinds, record, permissions });
  const entries: readonly { readonly name: EntryName; readonly label: string; readonly icon: ReactElement }[] = [
    { name: "call", label: t("Log call"), icon: <Phone /> },
    { name: "email", label: t("Email"), icon: <Mail /> },
    { name: "task", label: t("Plan task"), icon: <CalendarPlus /> },
  ];
  const action = listActions(kind, record).find(({ primary }) => primary);
  const buttons = entries.filter(({ name }) => names.includes(name)).slice(0, action ? MAX_BUTTONS - 1 : MAX_BUTTONS);
  if (buttons.length === 0 && !action) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {buttons.map(({ name, label, icon }) => (
        <Button key={name} isSmall icon={icon} onPress={() => setEntry(name)}>
          {label}
        </Button>
      ))}
      {action ? (
        <Button isSmall icon={<KindIcon name={action.icon} />} onPress={() => setRunning(action)}>
          {shortLabel(action, kind)}
        </Button>
      ) : null}
      {entry ? <EntryDialog kind={kind} record={record} name={entry} onClose={() => setEntry(undefined)} /> : null}
      {running ? <ActionDialog kind={kind} record={record} action={running} onClose={() => setRunning(undefined)} /> : null}
    </div>
  );
}
