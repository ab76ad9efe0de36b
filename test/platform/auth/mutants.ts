import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "sign-in: pages of other origins use the session cookie",
    at: "sign-in/session-cookie#requireOwnOrigin",
    change: edit("has_foreign_origin && origin !== usePorts().origin", 'origin === "none"'),
    tests: "test/console/security.test.ts",
  },
  {
    name: "sign-in: any value of the CSRF header counts",
    at: "http/handler#httpHandler",
    change: edit("event.headers[CSRF_HEADER] === CSRF_VALUE", "event.headers[CSRF_HEADER]"),
    tests: "test/platform/auth/session-cookie.test.ts",
  },
  ...(
    [
      [
        "a user who is no administrator views the data as a role",
        "sign-in/view-as#narrowToRole",
        '!actor.roles.includes("ADMIN")',
        "false",
      ],
      [
        "the data can be viewed as a role without a change that is audited",
        "sign-in/view-as#narrowToRole",
        "(await resolveViewedRole(actor)) !== role",
        "(await resolveViewedRole(actor)) === undefined",
      ],
      ["the actor keeps the roles of the administrator", "sign-in/view-as#narrowToRole", "roles: [role]", "roles: actor.roles"],
      [
        "something can be changed",
        "http/access-check#accessRejection",
        "viewedRole !== undefined && !isRead(operation)",
        "viewedRole === null",
      ],
    ] as const
  ).map(
    ([name, at, from, to]): Mutant => ({
      name: `view as a role: ${name}`,
      at,
      change: edit(from, to),
      tests: "test/platform/auth/view-as.test.ts",
    }),
  ),
  ...(
    [
      [
        "an API key calls operations that need a session",
        "http/access-check#accessRejection",
        "sessionRule && !sessionRule.cases && !hasSession()",
        "sessionRule === null",
      ],
      ["a workflow counts as a session of its owner", "kernel/context#hasSession", '&& actor.session_id !== ""', ""],
      [
        "an API key takes an administrator over",
        "user/user#requireSessionForAdministrator",
        "changesAdministratorAccess(before, after)",
        "before === null",
      ],
      ["a removed administrator counts as none", "user/user.rules#changesAdministratorAccess", "hasAdminRole(before)", "false"],
      [
        "an API key signs administrators out",
        "sign-in/auth#revokeAll",
        "if (hasAdminRole(user)) SessionRules.requireUserSession(SessionRules.administratorAccess);",
        "",
      ],
      [
        "an API key drops the second factor that a tenant requires",
        "tenant/tenant#update",
        "SessionRules.requireUserSession(SessionRules.secondFactorRequirement)",
        "undefined",
      ],
      [
        "a workflow can name operations that need a session",
        "http/operation-runner#isRunnable",
        "(sessionRule === undefined || sessionRule.cases !== undefined) &&",
        "",
      ],
    ] as const
  ).map(
    ([name, at, from, to]): Mutant => ({
      name: `session rule: ${name}`,
      at,
      change: edit(from, to),
      tests: "test/platform/auth/session-rule.test.ts",
    }),
  ),
  {
    name: "limits: the number of API keys is unlimited",
    at: "auth/api-key#addToCount",
    change: edit("attribute_not_exists(#count) OR #count < :most", "attribute_not_exists(pk) OR attribute_exists(pk)"),
    tests: "test/platform/auth/tenant.test.ts",
  },
  {
    name: "sign-in: failed attempts for an address are not limited",
    at: "auth/throttle#limitFailures",
    change: edit("(attribute_not_exists(failed) OR failed < :most) AND ", ":limit = :limit AND "),
    tests: "test/platform/auth/login.test.ts",
  },
  ...(
    [
      ["failures of an email from one address are not limited", "sign-in/auth#signIn", "MAX_ATTEMPTS.login]", "1e9]"],
      [
        "failures of an email from many addresses slow no device",
        "sign-in/auth#maxAttemptsOfEmail",
        "MAX_ATTEMPTS.loginOfEmail",
        "1e9",
      ],
      [
        "failures of an email from many addresses are unlimited",
        "sign-in/auth#maxAttemptsOfEmail",
        "MAX_ATTEMPTS.firstLoginsOfEmail",
        "1e9",
      ],
      ["failures on a known device are not limited", "sign-in/auth#signInOnDevice", "MAX_ATTEMPTS.device]", "1e9]"],
      ["all devices share their attempts", "sign-in/auth#signInOnDevice", "[device.id,", '["any",'],
      ["a known device is locked out by failures of others", "sign-in/auth#signInWithPassword", "signedIn ??", "false ||"],
      [
        "a device token is valid for any user and tenant",
        "sign-in/auth#signInOnDevice",
        "candidate.tenant_id === tenant_id && candidate.user_id === user_id",
        "true",
      ],
      ["a device token is valid for any email", "auth/device-token#signedTexts", '"device", email,', '"device",'],
      [
        "a device token can be forged",
        "auth/device-token#read",
        '!isMac(signature, await keysFor("sessions", "refresh"), ...signedTexts(email, parts))',
        "false",
      ],
      ["a device token never expires", "auth/device-token#read", "Number.parseInt(expires, 36) * 1000 > Clock.ms()", "true"],
      [
        "a device token outlives the password",
        "auth/device-token#hasPassword",
        'isMac(passwordMark, await keysFor("sessions", "refresh"), ...markedTexts(id, hash))',
        "true",
      ],
    ] as const
  ).map(([name, at, find, put]) => ({
    name: `sign-in: ${name}`,
    at,
    change: edit(find, put),
    tests: "test/platform/auth/login.test.ts",
  })),
];
