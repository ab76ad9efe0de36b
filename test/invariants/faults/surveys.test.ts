import { testScenarios } from "./harness.ts";
import { surveys } from "./scenarios/surveys.ts";

testScenarios(surveys);
