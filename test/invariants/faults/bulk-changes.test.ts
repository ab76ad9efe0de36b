import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/bulk-changes.ts";

testScenarios(scenarios);
