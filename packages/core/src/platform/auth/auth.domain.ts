import { domain } from "../../kernel/domain.ts";
import { API_KEY, apiKeyGrants, SESSION } from "./auth.kind.ts";

export const auth = domain({
  name: "auth",
  kinds: [SESSION, API_KEY],
  personalData: {
    api_key: async () => (await import("./api-key.personal-data.ts")).apiKey,
  },
  grants: [apiKeyGrants],
  subscribers: {
    mail: {
      events: ["user.activation_requested", "user.password_reset_requested"],
      uses: ["mail", "secrets:links"],
      table: [{ actions: ["GetItem"] }, { actions: ["UpdateItem"], keyspace: "throttle" }],
      load: async () => (await import("../sign-in/link-mail.ts")).sendLinkMail,
    },
  },
  schedules: {
    "rotate-signing-key": {
      rate: "rate(1 day)",
      description: "Publishes a new key for access tokens when the last is a month old",
      uses: ["secrets:signing"],
      table: [{ actions: ["Query", "PutItem"], keyspace: "signing_key" }],
      load: async () => (await import("./signing-key.ts")).rotate,
    },
  },
});
