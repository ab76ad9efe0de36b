import type { Role } from "../../kernel/permission.ts";
import type { Settings } from "../../kernel/settings.ts";

/** Whether the tenant requires a second factor of a user with these roles. */
export const isSecondFactorRequired = (
  { second_factor_required_for }: Pick<Settings, "second_factor_required_for">,
  roles: readonly Role[],
): boolean => second_factor_required_for.some((name) => name === "ALL" || roles.includes(name));
