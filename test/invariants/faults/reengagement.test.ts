import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/reengagement.ts";

testScenarios(scenarios);
