import { testScenarios } from "./harness.ts";
import { signatures } from "./scenarios/signatures.ts";

testScenarios(signatures);
