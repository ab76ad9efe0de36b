import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/after-sales.ts";

testScenarios(scenarios);
