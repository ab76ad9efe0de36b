import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/customers.ts";

testScenarios(scenarios);
