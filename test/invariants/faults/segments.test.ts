import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/segments.ts";

testScenarios(scenarios);
