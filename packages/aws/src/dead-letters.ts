/**
 * The prefix in the dead-letter bucket under which Lambda and the stream consumer store the changes that they could not process.
 */
export const DEAD_LETTER_PREFIX = "aws/lambda/";
