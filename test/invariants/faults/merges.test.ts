import { testScenarios } from "./harness.ts";
import { merges } from "./scenarios/merges.ts";

testScenarios(merges);
