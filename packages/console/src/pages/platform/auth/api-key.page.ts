import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const apiKey = definePage({
  routes: {
    "settings/api-keys": part(() => import("./api-keys-page.tsx"), "ApiKeysPage"),
  },
});
