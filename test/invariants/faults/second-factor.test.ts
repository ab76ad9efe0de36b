import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/second-factor.ts";

testScenarios(scenarios);
