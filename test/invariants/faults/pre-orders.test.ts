import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/pre-orders.ts";

testScenarios(scenarios);
