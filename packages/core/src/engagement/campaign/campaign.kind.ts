import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const CAMPAIGN = kind("campaign", "cpg", {
  path: "/campaigns",
  load: () => import("./campaign.entity.ts"),
  display: { menu: "marketing", icon: "megaphone", title: "{name}" },
});

export const campaignGrants = declarePermissions(
  "campaign",
  {
    read: everyone,
    write: [...leaders, "MARKETER"],
    assign: [...leaders, "MARKETER"],
  },
  { checkedByVerbs: ["assign"] },
);
