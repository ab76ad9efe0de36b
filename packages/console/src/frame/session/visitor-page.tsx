import type { Schemas } from "@crm/sdk/index.ts";
import { useEffect, useState } from "react";
import { SIGN_UP_PATH } from "./entry-paths.ts";
import { readSignInOptions } from "./sign-in-options.ts";
import { SignInPage, type SignInPageProps } from "./sign-in-page.tsx";

/** For visitors without a session: the sign-in page. On a server without a company there is no account to sign in with, so it leads to sign-up. */
export function VisitorPage(props: Omit<SignInPageProps, "canSignUp">) {
  const [options, setOptions] = useState<Schemas.SignInOptions>();
  useEffect(() => {
    readSignInOptions().then(
      (answer) => (answer.is_empty ? location.replace(SIGN_UP_PATH) : setOptions(answer)),
      // Without an answer the sign-in page stays as it is.
      () => undefined,
    );
  }, []);
  return <SignInPage canSignUp={options?.signup === "open"} {...props} />;
}
