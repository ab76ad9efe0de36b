import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/stage-automations.ts";

testScenarios(scenarios);
