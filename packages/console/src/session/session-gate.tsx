import { lazy, type ReactNode, Suspense } from "react";
import { SessionContext, useMe } from "../data/session.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { EmptyState } from "../kit/empty-state.tsx";
import { SignInDialog } from "./sign-in-dialog.tsx";
import { VisitorPage } from "./visitor-page.tsx";

/** Few users ever see it. */
const RequiredSetUpPage = lazy(() =>
  import("../second-factor/required-set-up-page.tsx").then(({ RequiredSetUpPage: page }) => ({ default: page })),
);

/** Shows its pages to a signed-in user, and the sign-in page to others. The address stays, so the user gets to the page that was asked for. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const t = useText();
  const { data: me, error, refetch } = useMe();
  if (me)
    return (
      <SessionContext value={me}>
        {me.must_set_up_second_factor ? (
          <Suspense>
            <RequiredSetUpPage />
          </Suspense>
        ) : (
          children
        )}
        <SignInDialog />
      </SessionContext>
    );
  if (me === null) return <VisitorPage />;
  if (error)
    return (
      <EmptyState
        kind="nothing-found"
        title={t("The server cannot be reached")}
        action={<Button onPress={() => void refetch()}>{t("Try again")}</Button>}
      >
        {t("Check your connection. Nothing that you saved is lost.")}
      </EmptyState>
    );
  return null;
}
