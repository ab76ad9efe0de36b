import { Navigate } from "@tanstack/react-router";
import { listPath, useKindIndex } from "../data/schema.ts";
import { useText } from "../i18n/use-text.ts";
import { EmptyState } from "../kit/empty-state.tsx";

/** Leads to the first list of the menu. */
export function HomePage() {
  const t = useText();
  const { data: kinds } = useKindIndex();
  if (!kinds) return null;
  const first = kinds.find(({ kind }) => kind === "lead") ?? kinds.find(({ menu }) => menu !== null);
  if (!first)
    return (
      <EmptyState kind="forbidden" title={t("You may see no records yet")}>
        {t("Ask an administrator for a role.")}
      </EmptyState>
    );
  return <Navigate to={listPath(first) as never} replace />;
}
