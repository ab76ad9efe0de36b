import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/merges.ts";

testScenarios(scenarios);
