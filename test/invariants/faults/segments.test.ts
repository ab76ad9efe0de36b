import { testScenarios } from "./harness.ts";
import { segments } from "./scenarios/segments.ts";

testScenarios(segments);
