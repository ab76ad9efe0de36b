import { useQueryClient } from "@tanstack/react-query";
import { ME_KEY } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { useSignOut } from "../shell/use-sign-out.ts";
import { SetUp } from "./set-up.tsx";

/** The only page of a user whose tenant requires two-factor sign-in, until it is set up. */
export function RequiredSetUpPage() {
  const t = useText();
  const queries = useQueryClient();
  const signOut = useSignOut();
  return (
    <main className="flex min-h-dvh items-center justify-center bg-bg p-4">
      <div className="flex w-full max-w-drawer flex-col gap-4">
        <h1 className="text-title font-semibold wrap-anywhere">{t("Set up two-factor sign-in")}</h1>
        <p>{t("Your organization requires it.")}</p>
        <p>{t("Signing in then takes your password and a code of an app on your phone.")}</p>
        <SetUp onDone={() => void queries.invalidateQueries({ queryKey: ME_KEY })} />
        <span>
          <Button variant="quiet" onPress={() => void signOut()}>
            {t("Sign out")}
          </Button>
        </span>
      </div>
    </main>
  );
}
