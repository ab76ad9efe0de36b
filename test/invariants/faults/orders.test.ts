import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/orders.ts";

testScenarios(scenarios);
