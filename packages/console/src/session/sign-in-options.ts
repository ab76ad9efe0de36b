import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { publicCrm } from "../data/public-client.ts";

type SignInOptions = Schemas.SignInOptions;

/** Reads what a visitor may do who is not signed in. `country` is the one for which the settings of a new company are suggested. */
export const useSignInOptions = (country?: string) =>
  useQuery({
    queryKey: ["sign-in-options", country ?? ""],
    queryFn: () =>
      publicCrm.request<SignInOptions>(
        "GET",
        "/api/v1/auth/options",
        country === undefined ? {} : { query: { country } },
      ),
    // Without an answer the sign-in page is shown.
    retry: false,
    placeholderData: (before) => before,
  });

/** Whether a sign-up link is valid. Undefined without a link, and until it is known. */
export const useSignupLink = (token: string) =>
  useQuery({
    queryKey: ["signup-link", token],
    queryFn: () =>
      publicCrm.request("POST", "/api/v1/auth/signup/link", { body: { token } }).then(
        () => true,
        () => false,
      ),
    enabled: token !== "",
    retry: false,
  });
