import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/payments.ts";

testScenarios(scenarios);
