import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const page = part(() => import("./guide-page.tsx"), "GuidePage");

export const guide = definePage({ routes: { guide: page, "guide/$page": page } });
