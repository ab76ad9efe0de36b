import { hasSession } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";

/**
 * What only a user who has signed in may do. API keys and workflows have no session: a leaked key must open no way in that stays after the key is
 * revoked, and must not take an administrator over (docs/platform/sign-in.md).
 */
export interface SessionRule {
  /** The error message for callers without a session. */
  readonly rejection: string;
  /** The cases of the operation to which it applies, which the verb checks. Undefined: all calls, which are refused before the verb. */
  readonly cases?: string;
}

/** The sessions, the password and the second factor of the caller. */
export const ownSignIn: SessionRule = {
  rejection: "Sign in as a user: API keys and workflows have no session, no password and no second factor",
};

export const newApiKey: SessionRule = { rejection: "Sign in as a user: API keys and workflows cannot create an API key" };

export const removedSecondFactor: SessionRule = {
  rejection: "Sign in as a user: API keys and workflows cannot remove the second factor of a user",
};

export const administratorAccess: SessionRule = {
  rejection:
    "Sign in as a user: API keys and workflows cannot give or take the role ADMIN, or change the email, roles, status or sessions of a user who has it",
  cases: "if the user has the role ADMIN, or gets it, and the request changes the email, roles, status or sessions",
};

export const secondFactorRequirement: SessionRule = {
  rejection: "Sign in as a user: API keys and workflows cannot change second_factor_required_for",
  cases: "if the request changes `second_factor_required_for`",
};

/** Refuses callers without a session, in a case to which the rule applies. */
export function requireUserSession({ rejection }: SessionRule): void {
  if (!hasSession()) throw forbidden(rejection);
}

export * as SessionRules from "./session-rule.ts";
