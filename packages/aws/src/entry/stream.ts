import { streamHandler } from "@crm/functions/stream/index.ts";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { streamPorts } from "../ports.ts";
import { work } from "../work.ts";

export const handler = work(streamPorts, (event: DynamoDBStreamEvent, ports) => streamHandler(ports)(event));
