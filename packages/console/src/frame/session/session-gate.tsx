import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { meQuery, SessionContext } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { SignInDialog } from "./sign-in-dialog.tsx";

/** Few users ever see it. */
const RequiredSetUpPage = lazy(() =>
  import("../second-factor/required-set-up-page.tsx").then(({ RequiredSetUpPage: page }) => ({ default: page })),
);

/** Shows its pages once it is known who is signed in. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const t = useText();
  const { data: me, error, refetch } = useQuery(meQuery);
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
