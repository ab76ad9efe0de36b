import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/signatures.ts";

testScenarios(scenarios);
