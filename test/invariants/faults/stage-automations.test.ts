import { testScenarios } from "./harness.ts";
import { stageAutomations } from "./scenarios/stage-automations.ts";

testScenarios(stageAutomations);
