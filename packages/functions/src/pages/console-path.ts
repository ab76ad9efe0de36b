/** The path below which the web console is served: by the local server, or from a bucket behind CloudFront. */
export const CONSOLE_PATH = "/crm";
export const CONSOLE_ASSETS_PATH = `${CONSOLE_PATH}/assets/`;
