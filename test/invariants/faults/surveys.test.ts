import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/surveys.ts";

testScenarios(scenarios);
