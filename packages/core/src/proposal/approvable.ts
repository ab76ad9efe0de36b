import type { Approvable } from "../approval/approvable.ts";
import { decided } from "./approval.ts";

export const approvable: Approvable = { conclude: decided };
