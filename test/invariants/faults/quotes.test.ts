import { testScenarios } from "./harness.ts";
import { quotes } from "./scenarios/quotes.ts";

testScenarios(quotes);
