import type { Schemas } from "@crm/sdk/index.ts";
import { publicCrm } from "../../api/public-client.ts";

type SignInOptions = Schemas.SignInOptions;

/** Reads what a visitor may do who is not signed in. `country` is the one for which the settings of a new company are suggested. */
export const readSignInOptions = (country?: string): Promise<SignInOptions> =>
  publicCrm.request<SignInOptions>("GET", "/api/v1/auth/options", country === undefined ? {} : { query: { country } });
