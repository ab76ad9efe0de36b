import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

/** The revenue that a user expects to close in a month, and the corrections by the user's manager. */
export const FORECAST_SUBMISSION = kind("forecast_submission", "fcs", {
  path: "/opportunities/forecast/submissions",
  load: () => import("./submission.entity.ts"),
  display: { menu: "sales", icon: "gauge", title: "{period}" },
});

export const forecastGrants = declarePermissions(
  "forecast",
  {
    read: everyone,
    submit: [...leaders, "SALES_REP", "USER"],
    override: leaders,
  },
  { checkedByVerbs: ["override"] },
);
