import { useText } from "../../ui/i18n/use-text.ts";
import { EmptyState } from "../../ui/kit/empty-state.tsx";

/** In place of records whose kind the user may not list. */
export function ForbiddenState() {
  const t = useText();
  return (
    <EmptyState kind="forbidden" title={t("You may not see these records")}>
      {t("Ask an administrator for a role.")}
    </EmptyState>
  );
}
