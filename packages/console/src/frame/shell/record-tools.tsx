import { useRouter } from "@tanstack/react-router";
import { Link as LinkIcon, Pencil, Star, Zap } from "lucide-react";
import { menuLabel } from "../../api/action-label.ts";
import { usePresence } from "../../api/presence.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Action, editPath, formatTitle, type Kind, listPath } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Avatar } from "../../ui/kit/avatar.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { showKeys, useShortcut } from "../shortcuts/use-shortcut.ts";
import { useOfferedCommands } from "./page-commands.ts";
import { useFavorite, useVisit } from "./saved-records.ts";

interface RecordToolsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly actions: readonly Action[];
  readonly onAction: (action: Action) => void;
}

/** What every record's head has from the shell: the star, the visit, the keys, and its actions in the palette. */
export function RecordTools({ kind, record, actions, onAction }: RecordToolsProps) {
  const t = useText();
  const navigate = useNavigate();
  const { history } = useRouter();
  const saved = { id: record.id, kind: kind.kind, title: formatTitle(kind, record), path: `${kind.path}/${record.id}` };
  const { isFavorite, toggle } = useFavorite(saved);
  useVisit(saved);
  const canEdit = kind.operations.includes("update") || kind.operations.includes("replace");
  const edit = (): void => void navigate({ to: editPath(kind, record.id) });
  useShortcut("edit", edit, canEdit);
  useShortcut("back", () => {
    if (history.canGoBack()) history.back();
    else void navigate({ to: listPath(kind) });
  });
  const label = isFavorite ? t("Remove from favorites") : t("Add to favorites");
  const copyLink = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    showToast({ text: t("The link was copied") });
  };
  useOfferedCommands([
    ...(canEdit ? [{ id: "edit", label: t("Edit"), icon: <Pencil />, keys: showKeys("edit"), run: edit }] : []),
    ...actions.map((action) => ({ id: action.name, label: menuLabel(action, kind), icon: <Zap />, run: () => onAction(action) })),
    { id: "favorite", label, icon: <Star />, run: () => void toggle() },
    { id: "copy-link", label: t("Copy the link"), icon: <LinkIcon />, run: () => void copyLink() },
  ]);
  return (
    <span className="flex items-center gap-2">
      <IconButton
        label={label}
        icon={<Star className={isFavorite ? "fill-current text-warning" : ""} />}
        aria-pressed={isFavorite}
        onPress={() => void toggle()}
      />
      <PresentUsers recordId={record.id} />
    </span>
  );
}

const MAX_AVATARS = 3;

/** Who else has the record open. */
function PresentUsers({ recordId }: { readonly recordId: string }) {
  const t = useText();
  const users = usePresence(recordId);
  if (users.length === 0) return null;
  const shown = users.slice(0, MAX_AVATARS);
  const names = users.map(({ name }) => name ?? t("No name"));
  const isEdited = users.some(({ is_editing }) => is_editing);
  return (
    <span className="flex items-center gap-1 text-meta text-text-muted" role="status">
      {shown.map(({ user_id, name }) => (
        <Avatar key={user_id} name={name ?? t("No name")} />
      ))}
      <span className="hidden tablet:inline">
        {isEdited
          ? t("{count, plural, one {{name} is editing this} other {# others are here}}", { count: users.length, name: names[0] })
          : t("{count, plural, one {{name} is here too} other {# others are here}}", { count: users.length, name: names[0] })}
      </span>
    </span>
  );
}
