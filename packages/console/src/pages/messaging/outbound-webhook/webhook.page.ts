import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const webhook = definePage({
  routes: {
    "settings/webhooks": part(() => import("./webhooks-page.tsx"), "WebhooksPage"),
  },
});
