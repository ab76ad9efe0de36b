/**
 * The setting `CRM_SIGNUP` of a deployment: who may create a tenant. `open`: every visitor; `first`: a visitor while there is no tenant; `closed`: no
 * visitor. With a sign-up link, a visitor may create one under each setting.
 */
const signupSettings = ["open", "first", "closed"] as const;
export type SignupSetting = (typeof signupSettings)[number];

/** The error for an invalid setting. */
export const INVALID_SIGNUP_MESSAGE = "CRM_SIGNUP must be open, first or closed.";

/** Parses the setting; undefined if it is invalid. */
export const parseSignupSetting = (value: string | undefined, defaultSetting: SignupSetting): SignupSetting | undefined =>
  value?.trim() ? signupSettings.find((setting) => setting === value.trim()) : defaultSetting;
