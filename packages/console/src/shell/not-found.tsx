import { useText } from "../i18n/use-text.ts";
import { EmptyState } from "../kit/empty-state.tsx";
import { Link } from "../kit/link.tsx";

/** For an address that leads to no page. */
export function NotFound() {
  const t = useText();
  return (
    <main className="mx-auto max-w-form p-6">
      <EmptyState
        isPage
        kind="nothing-found"
        title={t("There is no page at this address")}
        action={<Link href="/crm">{t("Go to the start page")}</Link>}
      >
        {t("The link may be old, or a part of it is missing.")}
      </EmptyState>
    </main>
  );
}
