import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const SESSION = kind("session", "ses");
export const API_KEY = kind("api_key", "key", { load: () => import("./api-key.ts") });

export const apiKeyGrants = declarePermissions("api_key", {
  manage: ["ADMIN"],
});

export const auth = domain({
  name: "auth",
  kinds: [SESSION, API_KEY],
  grants: [apiKeyGrants],
  subscribers: {
    mail: {
      events: ["user.activation_requested", "user.password_reset_requested"],
      uses: ["mail", "secrets"],
      table: [{ actions: ["GetItem"] }, { actions: ["UpdateItem"], keyspace: "throttle" }],
      load: async () => (await import("../sign-in/link-mail.ts")).sendLinkMail,
    },
  },
  schedules: {
    "rotate-signing-key": {
      rate: "rate(1 day)",
      description: "Publishes a new key for access tokens when the last is a month old",
      uses: ["secrets"],
      table: [{ actions: ["Query", "PutItem"], keyspace: "signing_key" }],
      load: async () => (await import("./signing-key.ts")).rotate,
    },
  },
});
