import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const settings = definePage({
  routes: {
    settings: part(() => import("./settings-page.tsx"), "SettingsPage"),
    pages: part(() => import("./pages-page.tsx"), "PagesPage"),
  },
});
