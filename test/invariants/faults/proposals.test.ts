import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/proposals.ts";

testScenarios(scenarios);
