import { testScenarios } from "./harness.ts";
import { emailSends } from "./scenarios/email-sends.ts";

testScenarios(emailSends);
