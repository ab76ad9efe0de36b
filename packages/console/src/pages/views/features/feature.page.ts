import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const feature = definePage({
  routes: {
    inbox: part(() => import("./preset-lists.tsx"), "InboxPage"),
    "advanced-features": part(() => import("./feature-page.tsx"), "FeaturePage"),
    "advanced-features/accounts": part(() => import("./preset-lists.tsx"), "AccountsPage"),
    "advanced-features/pipeline": part(() => import("./preset-lists.tsx"), "PipelineBoardPage"),
    "advanced-features/task-management": part(() => import("./preset-lists.tsx"), "TaskBoardPage"),
    "advanced-features/automation": part(() => import("./sales-automation-page.tsx"), "SalesAutomationPage"),
    "advanced-features/customer360": part(() => import("./customer-choice-page.tsx"), "CustomerChoicePage"),
  },
});
