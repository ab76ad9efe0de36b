import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/workflows.ts";

testScenarios(scenarios);
