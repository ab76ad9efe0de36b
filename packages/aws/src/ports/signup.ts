import { INVALID_SIGNUP_MESSAGE, parseSignupSetting, type SignupSetting } from "@crm/core/kernel/signup-setting.ts";
import { readVariable } from "../environment.ts";

/** Who may create a tenant: a setting of the deployment. */
export function signup(): SignupSetting {
  const setting = parseSignupSetting(readVariable("CRM_SIGNUP"), "closed");
  if (setting === undefined) throw new Error(INVALID_SIGNUP_MESSAGE);
  return setting;
}
