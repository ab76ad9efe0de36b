import { type NavigateOptions, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useSignInOptions } from "./sign-in-options.ts";
import { SignInPage } from "./sign-in-page.tsx";

/** For visitors without a session: the sign-in page. On a server without a company there is no account to sign in with, so it leads to sign-up. */
export function VisitorPage() {
  const router = useRouter();
  const { data: options, isPending } = useSignInOptions();
  const isEmpty = options?.is_empty === true;
  useEffect(() => {
    if (isEmpty) void router.navigate({ href: "/crm/signup", replace: true } as NavigateOptions);
  }, [isEmpty, router]);
  return isPending || isEmpty ? null : <SignInPage canSignUp={options?.signup === "open"} />;
}
