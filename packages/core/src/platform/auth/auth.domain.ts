import { domain } from "../../kernel/domain.ts";
import { API_KEY, apiKeyGrants, SESSION } from "./auth.kind.ts";

export const auth = domain({
  name: "auth",
  kinds: [SESSION, API_KEY],
  grants: [apiKeyGrants],
  authorities: {
    auth: { rights: "system", basis: "request" },
    caller: { rights: "user", basis: "request" },
  },
  subscribers: {
    mail: {
      basis: "release",
      events: [
        "user.activation_requested",
        "user.password_reset_requested",
        "second_factor.switched_on",
        "second_factor.switched_off",
        "second_factor.recovery_codes_renewed",
        "second_factor.recovery_code_used",
        "second_factor.failed",
      ],
      uses: ["mail", "secrets:links"],
      table: [{ actions: ["GetItem"] }, { actions: ["UpdateItem"], keyspace: "throttle" }],
      load: async () => (await import("../sign-in/sign-in-mail.ts")).sendSignInMail,
    },
  },
  schedules: {
    "rotate-signing-key": {
      basis: "release",
      rate: "rate(1 day)",
      description: "Publishes a new key for access tokens when the last is a month old",
      uses: ["secrets:signing"],
      table: [{ actions: ["Query", "PutItem"], keyspace: "signing_key" }],
      load: async () => (await import("./signing-key.ts")).rotate,
    },
  },
});
