import { useText } from "../i18n/use-text.ts";
import { EmptyState } from "../kit/empty-state.tsx";

/** In place of records whose kind the user may not list. */
export function ForbiddenState() {
  const t = useText();
  return (
    <EmptyState kind="forbidden" title={t("You may not see these records")}>
      {t("Ask an administrator for a role.")}
    </EmptyState>
  );
}
