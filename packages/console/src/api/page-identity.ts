import type { SignInResult } from "@crm/sdk/index.ts";

/** Who the data in this page belongs to. */
export interface Identity {
  readonly tenant: string;
  readonly user: string;
}

export const readIdentity = ({ tenant, user }: Pick<SignInResult, "tenant" | "user">): Identity => ({
  tenant: tenant.id,
  user: user.id,
});

/** Whether the data in the page must be dropped: another user, or the same person in another tenant, has signed in. */
export const isOtherIdentity = (known: Identity | undefined, next: Identity): boolean =>
  known !== undefined && (known.tenant !== next.tenant || known.user !== next.user);
