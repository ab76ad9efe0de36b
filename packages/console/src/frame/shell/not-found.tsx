import { useText } from "../../ui/i18n/use-text.ts";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { Link } from "../../ui/kit/link.tsx";

/** In the console: for an address that leads to no page. */
export function NotFound() {
  const t = useText();
  return (
    <EmptyState
      isPage
      kind="nothing-found"
      title={t("There is no page at this address")}
      action={
        <Link variant="action" href="/crm">
          {t("Go to the start page")}
        </Link>
      }
    >
      {t("The link may be old, or a part of it is missing.")}
    </EmptyState>
  );
}

/** Outside of the console, which has the landmark of the content. */
export function NotFoundPage() {
  return (
    <main>
      <NotFound />
    </main>
  );
}
