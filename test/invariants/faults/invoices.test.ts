import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/invoices.ts";

testScenarios(scenarios);
