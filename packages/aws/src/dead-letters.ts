/** Where Lambda, and the stream's consumer, put what could not be derived, in the bucket of dead letters. */
export const DEAD_LETTER_PREFIX = "aws/lambda/";
