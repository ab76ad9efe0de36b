/** Path of the controls, which clients of the product do not use. */
export const CONTROLS_PATH = "/_local/";
