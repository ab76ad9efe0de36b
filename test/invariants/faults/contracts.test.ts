import { testScenarios } from "./harness.ts";
import { contracts } from "./scenarios/contracts.ts";

testScenarios(contracts);
