/** Pure rules of leads. */

export { type Rating, ratingOf, ratings } from "../score/rating.rules.ts";
