import { testScenarios } from "./harness.ts";
import { leads } from "./scenarios/leads.ts";

testScenarios(leads);
