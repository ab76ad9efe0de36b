import { testScenarios } from "./harness.ts";
import { inboundWebhooks } from "./scenarios/inbound-webhooks.ts";

testScenarios(inboundWebhooks);
