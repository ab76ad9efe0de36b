import { testScenarios } from "./harness.ts";
import { approvals } from "./scenarios/approvals.ts";

testScenarios(approvals);
