import { testScenarios } from "./harness.ts";
import { messages } from "./scenarios/messages.ts";

testScenarios(messages);
