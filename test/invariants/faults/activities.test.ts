import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/activities.ts";

testScenarios(scenarios);
