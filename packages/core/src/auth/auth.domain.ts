import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { grants } from "../kernel/permission.ts";

export const SESSION = kind("session", "ses");
export const API_KEY = kind("api_key", "key", { load: () => import("./api-key.ts") });

export const apiKeyGrants = grants("api_key", {
  manage: ["ADMIN"],
});

export const auth = domain({
  name: "auth",
  kinds: [SESSION, API_KEY],
  grants: [apiKeyGrants],
});
