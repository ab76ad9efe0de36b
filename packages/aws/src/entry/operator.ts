import { operate } from "../operator.ts";
import { operatorPorts } from "../ports.ts";
import { work } from "../work.ts";

export const handler = work(operatorPorts, operate);
