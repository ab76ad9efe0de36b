import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/definitions.ts";

testScenarios(scenarios);
