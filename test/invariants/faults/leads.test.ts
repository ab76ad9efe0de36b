import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/leads.ts";

testScenarios(scenarios);
