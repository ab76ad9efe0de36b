import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/campaign-members.ts";

testScenarios(scenarios);
