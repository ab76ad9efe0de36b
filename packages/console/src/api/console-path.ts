/** The path below which all operations of the API are. */
export const API_PATH = "/api/v1";

/** The path of a kind in the console: `/crm/leads` for `/api/v1/leads`. */
export const consolePath = (apiPath: string): string => `/crm${apiPath.slice(API_PATH.length)}`;
