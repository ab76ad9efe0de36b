/** The second factor of the user in the API. */
export const SECOND_FACTOR_PATH = "/api/v1/me/second-factor";
