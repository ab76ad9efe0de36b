import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";

/** What a user expects to close in a month, and what whoever leads them makes of it. */
export const FORECAST_SUBMISSION = kind("forecast_submission", "fcs", {
  path: "/opportunities/forecast/submissions",
  load: () => import("./submission.entity.ts"),
  shown: { icon: "gauge", title: "{period}" },
});

export const forecastGrants = grants(
  "forecast",
  {
    read: everyone,
    submit: [...leaders, "SALES_REP", "USER"],
    override: leaders,
  },
  { asked: ["override"] },
);

export const figures = domain({
  name: "figures",
  kinds: [FORECAST_SUBMISSION],
  grants: [forecastGrants],
});
