import { testScenarios } from "./harness.ts";
import { proposals } from "./scenarios/proposals.ts";

testScenarios(proposals);
