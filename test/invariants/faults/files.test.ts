import { testScenarios } from "./harness.ts";
import { files } from "./scenarios/files.ts";

testScenarios(files);
