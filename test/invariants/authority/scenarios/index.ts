import type { Scenario } from "../scenario.ts";
import { agreementScenarios } from "./agreements.ts";
import { publishedWorkflowScenarios } from "./published-workflows.ts";
import { reengagementScenarios } from "./reengagement.ts";
import { sendScenarios } from "./sends.ts";
import { sharedRecordScenarios } from "./shared-records.ts";
import { webFormScenarios } from "./web-forms.ts";
import { workflowScenarios } from "./workflows.ts";

export const scenarios: readonly Scenario[] = [
  ...agreementScenarios,
  ...workflowScenarios,
  ...publishedWorkflowScenarios,
  ...sendScenarios,
  ...reengagementScenarios,
  ...webFormScenarios,
  ...sharedRecordScenarios,
];
