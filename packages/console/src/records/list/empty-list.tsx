import type { Kind } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";

interface EmptyListProps {
  readonly kind: Kind;
  readonly onCreate: () => void;
}

/** In place of a list without records and without filters: how the first ones get there. */
export function EmptyList({ kind, onCreate }: EmptyListProps) {
  const t = useText();
  const navigate = useNavigate();
  const canCreate = kind.operations.includes("create");
  const canImport = kind.operations.includes("import");
  const importFile = (): void => void navigate({ to: "/crm/imports/add", search: { kind: kind.kind } });
  return (
    <EmptyState
      kind="empty"
      title={t("There are no {kinds} yet", { kinds: toPluralNoun(kind.labels) })}
      action={
        canCreate || canImport ? (
          <div className="flex flex-wrap justify-center gap-2">
            {canCreate ? <Button onPress={onCreate}>{t("Create the first one")}</Button> : null}
            {canImport ? <Button onPress={importFile}>{t("Import a file")}</Button> : null}
          </div>
        ) : undefined
      }
    >
      {kind.kind === "export" ? t("Open a list, and choose “Export this list” above it.") : undefined}
    </EmptyState>
  );
}
