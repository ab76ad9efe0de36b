import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/contracts.ts";

testScenarios(scenarios);
