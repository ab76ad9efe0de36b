import { INVALID_SIGNUP_MESSAGE, parseSignupSetting, type SignupSetting } from "@crm/core/kernel/signup-setting.ts";
import { Refusal } from "./state.ts";

/** Reads the setting `CRM_SIGNUP`, or refuses. Only programs and people on this machine reach the server, so it is open by default. */
export function readSignupSetting(): SignupSetting {
  const setting = parseSignupSetting(process.env.CRM_SIGNUP, "open");
  if (setting === undefined) throw new Refusal(INVALID_SIGNUP_MESSAGE);
  return setting;
}
