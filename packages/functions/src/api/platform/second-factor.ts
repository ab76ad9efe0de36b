import { SessionRules } from "@crm/core/platform/auth/session-rule.ts";
import { SecondFactor } from "@crm/core/platform/second-factor/second-factor.ts";
import { operation } from "../../http/operation.ts";

/** The second factor of the caller. A user who must set it up first may read its state and set it up. */
const common = { tag: "Sign-in", access: "signed_in", keyed: false, sessionRule: SessionRules.ownSignIn } as const;

export const secondFactorOperations = [
  operation({
    name: "getMySecondFactor",
    method: "GET",
    path: "/me/second-factor",
    summary: "Read whether two-factor sign-in is on",
    verb: SecondFactor.get,
    output: SecondFactor.State,
    ...common,
    duringSetUp: true,
    inBatch: true,
  }),
  operation({
    name: "beginMySecondFactor",
    method: "POST",
    path: "/me/second-factor",
    summary: "Begin to set up two-factor sign-in",
    description: "Creates a secret for an authenticator app (TOTP, RFC 6238). It is on once `confirm` gets a code of the app.",
    verb: SecondFactor.begin,
    output: SecondFactor.SetUp,
    keyspaces: ["throttle"],
    ...common,
    duringSetUp: true,
  }),
  operation({
    name: "confirmMySecondFactor",
    method: "POST",
    path: "/me/second-factor/confirm",
    summary: "Switch two-factor sign-in on",
    description: "Ends all other sessions of the user. The response has ten recovery codes, only this once.",
    verb: SecondFactor.confirm,
    output: SecondFactor.RecoveryCodes,
    keyspaces: ["throttle"],
    ...common,
    duringSetUp: true,
  }),
  operation({
    name: "renewMyRecoveryCodes",
    method: "POST",
    path: "/me/second-factor/recovery-codes",
    summary: "Replace the recovery codes",
    description: "The former codes become invalid. The response has ten new ones, only this once.",
    verb: SecondFactor.renewRecoveryCodes,
    output: SecondFactor.RecoveryCodes,
    keyspaces: ["throttle"],
    ...common,
  }),
  operation({
    name: "switchOffMySecondFactor",
    method: "POST",
    path: "/me/second-factor/switch-off",
    summary: "Switch two-factor sign-in off",
    description: "Not by DELETE, whose parameters are in the address: the password must not be in logs.",
    verb: SecondFactor.switchOff,
    keyspaces: ["throttle"],
    ...common,
  }),
] as const;
