import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/quotes.ts";

testScenarios(scenarios);
