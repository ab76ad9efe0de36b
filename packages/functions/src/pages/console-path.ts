import { CONSOLE_PATH } from "@crm/core/kernel/console-url.ts";

/** The files of the web console that its page loads. */
export const CONSOLE_ASSETS_PATH = `${CONSOLE_PATH}/assets/`;
