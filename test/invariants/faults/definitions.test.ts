import { testScenarios } from "./harness.ts";
import { definitions } from "./scenarios/definitions.ts";

testScenarios(definitions);
