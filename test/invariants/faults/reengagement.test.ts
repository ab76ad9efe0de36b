import { testScenarios } from "./harness.ts";
import { reengagement } from "./scenarios/reengagement.ts";

testScenarios(reengagement);
