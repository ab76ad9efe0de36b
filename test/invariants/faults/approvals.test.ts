import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/approvals.ts";

testScenarios(scenarios);
