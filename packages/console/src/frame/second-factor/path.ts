/** The second factor of the user in the API. */
export const SECOND_FACTOR_PATH = "/api/v1/me/second-factor";

/** The place of the second factor on the page of the profile. */
export const SECOND_FACTOR_ID = "second-factor";
