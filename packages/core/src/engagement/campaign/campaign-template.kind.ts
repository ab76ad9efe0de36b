import { kind } from "../../kernel/id.ts";

export const CAMPAIGN_TEMPLATE = kind("campaign_template", "cte", {
  path: "/campaigns/templates",
  load: () => import("./campaign-template.entity.ts"),
  display: { menu: "settings", icon: "megaphone", title: "{name}" },
});
