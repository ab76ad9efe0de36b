import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/campaigns.ts";

testScenarios(scenarios);
