import { kind } from "../../kernel/id.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const SESSION = kind("session", "ses");
export const API_KEY = kind("api_key", "key", { load: () => import("./api-key.ts") });

export const apiKeyGrants = declarePermissions("api_key", {
  manage: ["ADMIN"],
});
